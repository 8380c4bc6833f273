//! Spaces, lengths, colours and sizes of a formula, as the attributes that MathML Core has for them.

use super::super::html::Markup;
use super::{ColorTarget, Dimension, DimensionUnit, StateChange, Style};

/// A thin space, as wide as TeX sets it around operators (The TeXbook, page 170).
pub(super) const THIN: &str = "<mspace width=\"0.1667em\"></mspace>";

/// Colours and sizes that hold up to the end of a group: one element around all that follows.
#[derive(Default)]
pub(super) struct Styles {
    open: bool,
    text: Option<(u8, u8, u8)>,
    background: Option<(u8, u8, u8)>,
    framed: bool,
    style: Option<Style>,
}

impl Styles {
    pub(super) fn change(&mut self, change: StateChange, out: &mut Markup) {
        match change {
            StateChange::Font(_) => return,
            StateChange::Style(style) => self.style = Some(style),
            StateChange::Color(change) => match change.target {
                ColorTarget::Text => self.text = Some(change.color),
                ColorTarget::Background => self.background = Some(change.color),
                ColorTarget::Border => self.framed = true,
            },
        }
        // The one before ends: a line of changes is no deep nest.
        self.close(out);
        self.open = true;
        out.tag("<mstyle");
        if self.framed {
            out.tag(" class=\"math-frame\"");
        }
        for (name, color) in [("mathcolor", self.text), ("mathbackground", self.background)] {
            if let Some((red, green, blue)) = color {
                out.attribute(name, &format!("#{red:02x}{green:02x}{blue:02x}"));
            }
        }
        out.tag(match self.style {
            None => ">",
            Some(Style::Display) => " displaystyle=\"true\" scriptlevel=\"0\">",
            Some(Style::Text) => " displaystyle=\"false\" scriptlevel=\"0\">",
            Some(Style::Script) => " displaystyle=\"false\" scriptlevel=\"1\">",
            Some(Style::ScriptScript) => " displaystyle=\"false\" scriptlevel=\"2\">",
        });
    }

    pub(super) fn close(&mut self, out: &mut Markup) {
        if std::mem::take(&mut self.open) {
            out.tag("</mstyle>");
        }
    }
}

/// A space. MathML has none that goes back: those of TeX are classes.
pub(super) fn space([width, height, depth]: &[Option<Dimension>; 3], out: &mut Markup) {
    let back = width.map_or(0.0, |width| -em(width));
    out.tag("<mspace");
    if back > 0.0 {
        out.tag(match back {
            back if back < 0.2 => " class=\"math-back-3\"",
            back if back < 0.25 => " class=\"math-back-4\"",
            back if back < 0.4 => " class=\"math-back-5\"",
            _ => " class=\"math-back-9\"",
        });
    }
    for (name, size) in [("width", width), ("height", height), ("depth", depth)] {
        if let Some(size) = size.filter(|size| em(*size) >= 0.0) {
            out.attribute(name, &length(size, 20.0));
        }
    }
    out.tag("></mspace>");
}

/// A length as MathML writes it, no longer than `most` em: a formula must not push its page away.
pub(super) fn length(dimension: Dimension, most: f32) -> String {
    let em = (em(dimension).clamp(0.0, most) * 10_000.0).round() / 10_000.0;
    if em == 0.0 { "0".to_owned() } else { format!("{em}em") }
}

/// A length in em, for a font of 10 points (The TeXbook, page 57).
pub(super) fn em(dimension: Dimension) -> f32 {
    let points = match dimension.unit {
        DimensionUnit::Em => 10.0,
        DimensionUnit::Ex => 4.3,
        DimensionUnit::Mu => 10.0 / 18.0,
        DimensionUnit::Pt => 1.0,
        DimensionUnit::Pc => 12.0,
        DimensionUnit::In => 72.27,
        DimensionUnit::Bp => 72.27 / 72.0,
        DimensionUnit::Cm => 72.27 / 2.54,
        DimensionUnit::Mm => 72.27 / 25.4,
        DimensionUnit::Dd => 1238.0 / 1157.0,
        DimensionUnit::Cc => 12.0 * 1238.0 / 1157.0,
        DimensionUnit::Sp => 1.0 / 65_536.0,
    };
    let em = dimension.value * points / 10.0;
    if em.is_finite() { em } else { 0.0 }
}
