//! The files of texts: what is shown of the parts that a query finds.
//!
//! They are most of an index, and nothing waits for all of them: each is handed out when it is full.

use std::collections::BTreeMap;

use serde::Serialize;

use super::file::handed_in;
use super::numbers::push;
use super::parts::{Part, Plan};
use crate::id::{Digest, Url};

/// How many bytes of text a file has, about: the least, and the most on a site with so much text that there would be too many.
const SIZE: (usize, usize) = (12_000, 24_000);
/// How many files are enough.
const FILES: usize = 2_000;

/// What the files came to.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// The part at which each begins, with the section there, 0 for the first.
    pub(super) starts: String,
    /// How large they are, about, in bytes.
    pub(super) size: usize,
    /// The digests of all.
    pub(super) stamp: String,
}

/// Hands out the files of texts, by address.
///
/// # Errors
/// The first that `put` gives.
pub fn texts<E>(plan: &Plan<'_>, put: &mut impl FnMut(Url, String) -> Result<(), E>) -> Result<Texts, E> {
    let all: usize = plan.parts.iter().flat_map(|part| &part.sections).map(|section| section.text.len()).sum();
    let mut made = Texts { size: (all / FILES).clamp(SIZE.0, SIZE.1), ..Texts::default() };
    let mut last = 0;
    let mut held: Vec<TextPart<'_>> = Vec::new();
    let mut size = 0;
    let mut count = 0;
    let mut flush = |held: &mut Vec<TextPart<'_>>, size: &mut usize, stamp: &mut String| {
        *size = 0;
        if held.is_empty() {
            return Ok(());
        }
        let (url, text) = handed_in(&format!("t{count}"), held);
        count += 1;
        held.clear();
        stamp.push_str(&Digest::of(text.as_bytes()).short().to_string());
        put(url, text)
    };
    for (no, part) in plan.parts.iter().enumerate() {
        let mut opened = false;
        for (at, section) in part.sections.iter().enumerate() {
            let length = section.text.len() + section.title.len() + section.id.len() + 8;
            if size > 0 && size + length > made.size {
                flush(&mut held, &mut size, &mut made.stamp)?;
                opened = false;
            }
            let number = part.first + u32::try_from(at).unwrap_or(0);
            if !opened {
                if size == 0 {
                    push(u32::try_from(no - last).unwrap_or(u32::MAX), &mut made.starts);
                    push(if at > 0 { number } else { 0 }, &mut made.starts);
                    last = no;
                }
                held.push(TextPart::new(no, part, number));
                size += part.title.len() + part.path.len() + 16;
                opened = true;
            }
            if let Some(open) = held.last_mut() {
                open.sections.push((&section.id, &section.title, &section.text));
            }
            size += length;
        }
    }
    flush(&mut held, &mut size, &mut made.stamp)?;
    Ok(made)
}

/// A part, or the rest of one, in a file of texts: its number, that of its first section there, the versions that have the page, where
/// it is, its title, where it is in versions that have it elsewhere, and the sections.
#[derive(Serialize)]
struct TextPart<'a> {
    #[serde(rename = "n")]
    number: usize,
    #[serde(rename = "f")]
    first: u32,
    #[serde(rename = "s")]
    page_set: usize,
    #[serde(rename = "u")]
    path: &'a str,
    #[serde(rename = "t")]
    title: &'a str,
    #[serde(rename = "m", skip_serializing_if = "BTreeMap::is_empty")]
    moved: BTreeMap<usize, &'a str>,
    #[serde(rename = "x")]
    sections: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> TextPart<'a> {
    fn new(number: usize, part: &'a Part<'a>, first: u32) -> Self {
        Self {
            number,
            first,
            page_set: part.page_set,
            path: part.path,
            title: part.title,
            moved: part.moved.iter().copied().collect(),
            sections: Vec::new(),
        }
    }
}
