//! Small texts and the markup of their bodies.

use super::super::Fragments;
use crate::config::HtmlPolicy;

fn check(markdown: &str, expected: &str) {
    assert_eq!(Fragments::new(HtmlPolicy::Safe).html(markdown), expected, "{markdown}");
}

#[test]
fn headings_carry_their_ids() {
    check("## A & B\n", "<h2 id=\"a--b\">A &amp; B<a class=\"anchor\" href=\"#a--b\" aria-label=\"Link to this section\">#</a></h2>\n");
}

#[test]
fn lists_of_tasks_and_tables_are_accessible() {
    check(
        "- [x] a\n- [ ] b\n- c\n",
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n<li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"Not done\"> b</li>\n<li>c</li>\n</ul>\n",
    );
    check(
        "|a|b|\n|-|-:|\n|1|2|\n",
        "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n<thead>\n<tr><th>a</th><th class=\"right\">b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody>\n</table></div>\n",
    );
}

#[test]
fn footnotes_stand_at_the_end_in_the_order_of_use() {
    check(
        "a[^x] b[^x]\n\n[^x]: note\n\n[^unused]: no\n",
        "<p>a<sup><a class=\"footnote\" id=\"r:ref-1\" href=\"#r:note-1\">1</a></sup> b<sup><a class=\"footnote\" id=\"r:ref-1-2\" href=\"#r:note-1\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n<li id=\"r:note-1\">\n<p>note</p>\n<a class=\"footnote-back\" href=\"#r:ref-1\" aria-label=\"Back to the text\">↩</a></li>\n</ol></section>\n",
    );
}

#[test]
fn alerts_are_callouts() {
    check(
        "> [!TIP]\n> Do.\n",
        "<aside class=\"callout tip\" role=\"note\" aria-label=\"Tip\"><p class=\"callout-title\">Tip</p>\n<p>Do.</p>\n</aside>",
    );
}

#[test]
fn raw_html_passes_the_last_gate() {
    check("<details><summary>S</summary>\n\n*t*\n\n</details>\n", "<details><summary>S</summary>\n<p><em>t</em></p>\n</details>\n");
    check("a <b>b", "<p>a <b>b</b></p>\n");
    let html = Fragments::new(HtmlPolicy::Allow).html("<img src=a.png loading=eager>\n");
    assert_eq!(html, "<img src=\"a.png\" alt=\"\" loading=\"eager\" decoding=\"async\">\n");
}
