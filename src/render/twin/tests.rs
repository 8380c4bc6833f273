//! Small texts and their Markdown; and that it reads as the words of the page.
