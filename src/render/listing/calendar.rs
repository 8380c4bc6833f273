//! Calendars: days that readers want to be told of, as an `.ics` file (RFC 5545).
//!
//! Nothing asks the clock: an event carries the day that it was last told of.

use jiff::civil::Date;

/// A day of a calendar.
#[derive(Clone, Debug)]
pub struct CalendarEvent<'a> {
    /// What it is known by, always and everywhere.
    pub uid: &'a str,
    /// The day.
    pub date: Date,
    /// The day on which this was written.
    pub stamp: Date,
    /// What happens: one line of text.
    pub summary: &'a str,
    /// More of it; may be empty.
    pub description: &'a str,
    /// The absolute address that tells all of it; may be empty.
    pub url: &'a str,
    /// What it is about.
    pub categories: Vec<&'a str>,
}

/// The calendar of `events`, in their order. `name` is what programs call it.
pub fn calendar(name: &str, events: &[CalendarEvent<'_>]) -> String {
    let mut out = Lines(String::new());
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//Recto//Recto//EN");
    out.line("CALSCALE", "GREGORIAN");
    // The name of RFC 7986, and the one that programs read.
    out.line("NAME", &text(name));
    out.line("X-WR-CALNAME", &text(name));
    for event in events {
        out.line("BEGIN", "VEVENT");
        out.line("UID", &text(event.uid));
        out.line("DTSTAMP", &format!("{}T000000Z", day(event.stamp)));
        // A day without an end lasts until the next one (section 3.6.1).
        out.line("DTSTART;VALUE=DATE", &day(event.date));
        out.line("SUMMARY", &text(event.summary));
        if !event.description.is_empty() {
            out.line("DESCRIPTION", &text(event.description));
        }
        if !event.url.is_empty() {
            out.line("URL", &event.url.chars().filter(|c| !c.is_control()).collect::<String>());
        }
        if !event.categories.is_empty() {
            out.line("CATEGORIES", &event.categories.iter().map(|category| text(category)).collect::<Vec<_>>().join(","));
        }
        // Nobody is busy because of it.
        out.line("TRANSP", "TRANSPARENT");
        out.line("END", "VEVENT");
    }
    if events.is_empty() {
        // A calendar holds something (section 3.4), and who has subscribed to it shall still find it.
        for (property, value) in EMPTY {
            out.line(property, value);
        }
    }
    out.line("END", "VCALENDAR");
    out.0
}

/// What nobody sees: the time zone in which nothing happens.
const EMPTY: [(&str, &str); 8] = [
    ("BEGIN", "VTIMEZONE"),
    ("TZID", "UTC"),
    ("BEGIN", "STANDARD"),
    ("DTSTART", "19700101T000000"),
    ("TZOFFSETFROM", "+0000"),
    ("TZOFFSETTO", "+0000"),
    ("END", "STANDARD"),
    ("END", "VTIMEZONE"),
];

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// A value of the type TEXT (section 3.3.11). Characters that none can hold are replaced.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push_str("\\n"),
            '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Content lines (section 3.1).
struct Lines(String);

impl Lines {
    /// Writes a line, folded so that no part of it has more than 75 bytes. No character is torn.
    fn line(&mut self, property: &str, value: &str) {
        let line = format!("{property}:{value}");
        let mut room = 75;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = 74;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn event<'a>(summary: &'a str, description: &'a str) -> CalendarEvent<'a> {
        CalendarEvent {
            uid: "hooks@a.example",
            date: date(2026, 10, 1),
            stamp: date(2026, 3, 1),
            summary,
            description,
            url: "https://a.example/deprecations/#hooks",
            categories: vec!["api", "a,b"],
        }
    }

    #[test]
    fn a_day_is_an_event_without_hours() {
        let expected = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Recto//Recto//EN\nCALSCALE:GREGORIAN\nNAME:Acme\\; deprecations\n\
                        X-WR-CALNAME:Acme\\; deprecations\nBEGIN:VEVENT\nUID:hooks@a.example\nDTSTAMP:20260301T000000Z\n\
                        DTSTART;VALUE=DATE:20261001\nSUMMARY:Hooks\\, old\\\\new�\nDESCRIPTION:One\\ntwo\\nthree\n\
                        URL:https://a.example/deprecations/#hooks\nCATEGORIES:api,a\\,b\nTRANSP:TRANSPARENT\nEND:VEVENT\nEND:VCALENDAR\n";
        let events = [event("Hooks, old\\new\u{7}", "One\r\ntwo\nthree")];
        assert_eq!(calendar("Acme; deprecations", &events), expected.replace('\n', "\r\n"));
    }

    #[test]
    fn lines_are_folded_between_characters() {
        for letter in ["a", "é", "日", "😀", ","] {
            for before in 0..4 {
                let summary = format!("{}{}", "x".repeat(before), letter.repeat(100));
                let written = calendar("Acme", &[event(&summary, "")]);
                assert!(written.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{written}");
                let unfolded = written.replace("\r\n ", "");
                assert!(unfolded.contains(&format!("SUMMARY:{}\r\n", summary.replace(',', "\\,"))), "{unfolded}");
            }
        }
    }

    #[test]
    fn a_calendar_without_a_day_is_still_one() {
        let written = calendar("Acme", &[]);
        assert!(written.contains("BEGIN:VTIMEZONE\r\n") && written.ends_with("END:VTIMEZONE\r\nEND:VCALENDAR\r\n"), "{written}");
        assert!(!calendar("Acme", &[event("a", "")]).contains("VTIMEZONE"));
    }
}
