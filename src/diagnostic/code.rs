//! Every kind of fault that Recto knows, with its published name.

use serde::{Deserialize, Serialize};

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The kind of a fault. Names read well after "allow", name the fault and not its cure, and stay once published.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code there is, in the order of the manual.
            pub const ALL: &[Code] = &[$(Code::$variant),+];

            /// The published name: `link-not-found`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),+ }
            }

            /// How much it matters unless `[lints]` say otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),+ }
            }

            /// What it means and why it hurts a reader, for the manual.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+)),+ }
            }
        }
    };
}

codes! {
    /// `recto.toml` is not TOML at this place, so the settings there cannot be read.
    ConfigSyntax = "config-syntax", Error;
    /// `recto.toml` or `nav.toml` has a key that Recto does not know: a setting that was meant has no effect.
    ConfigKeyUnknown = "config-key-unknown", Error;
    /// A setting has a value that it cannot take: of another type, out of its range, or not of its form.
    ConfigValueInvalid = "config-value-invalid", Error;
    /// A setting that is needed is missing.
    ConfigKeyMissing = "config-key-missing", Error;
    /// Two versions have the same id, so their addresses would be the same.
    VersionDuplicate = "version-duplicate", Error;
    /// Two versions are `current`: only one can be served at the root.
    VersionTwoCurrent = "version-two-current", Error;
    /// No version is `current`: nothing would be served at the root.
    VersionNoCurrent = "version-no-current", Error;
    /// A version is named that the site does not have: in `inherits`, in a range, or in a link.
    VersionUnknown = "version-unknown", Error;
    /// Versions inherit from each other in a circle, so none of them has pages to start from.
    VersionCycle = "version-cycle", Error;
    /// A version has no pages at all, so its addresses lead nowhere.
    VersionEmpty = "version-empty", Error;
    /// A changelog has no heading that names a release, so no release is known: feeds and the upgrade page stay empty.
    ChangelogEmpty = "changelog-empty", Warning;
    /// A release is told twice: readers see two lists of what it changed, and trust neither.
    ReleaseDuplicate = "release-duplicate", Warning;
    /// A release stands below one that is older, by its number and by its day.
    ReleaseOrder = "release-order", Warning;
    /// The day of a release is no day of the calendar, so readers see none.
    ReleaseDateInvalid = "release-date-invalid", Warning;
    /// A heading of a release names no kind of change. What stands below it is shown, but is no entry: filters and the upgrade page miss it.
    ChangeKindUnknown = "change-kind-unknown", Warning;
    /// What stands in braces at the end of an entry is no attribute, so it is shown as text.
    EntryAttributesInvalid = "entry-attributes-invalid", Warning;
    /// An entry names a page that its version does not have: no page says that it was changed.
    EntryPageNotFound = "entry-page-not-found", Warning;
    /// An entry takes back one that no older release has.
    EntryReverted = "entry-reverts-unknown", Warning;
    /// Two entries have the same id, so nobody can tell which of them is taken back.
    EntryIdDuplicate = "entry-id-duplicate", Warning;
    /// An entry names a page that says what it said in the version before: readers look for the change there, and find none. Told by `check`.
    EntryPageUnchanged = "entry-page-unchanged", Warning;
    /// A page says "new in 3.2" where the changelog has no such release, or where no entry of it names the page: one of the two is wrong. Told by
    /// `check`.
    ReleaseClaim = "release-claim-unfounded", Warning;
    /// A page still names, in code, what its version has no more: whoever copies it gets an error. Told by `check`.
    RemovedNamed = "removed-still-named", Warning;
    /// A pattern under `without` takes nothing away: the page it meant is still there, under another path.
    WithoutUnused = "without-unused", Warning;

    /// A folder that the configuration names does not exist.
    FolderNotFound = "folder-not-found", Error;
    /// A branch, tag or commit that the configuration names is not in this repository; a shallow clone lacks old ones.
    GitRefNotFound = "git-ref-not-found", Error;
    /// The git repository could not be read.
    GitUnreadable = "git-unreadable", Error;
    /// The clone is shallow: it begins after the last change of some pages, so these show no day, where a guess would be wrong.
    GitShallow = "git-shallow", Note;
    /// The file is a pointer of Git LFS; what it points to is not there.
    LfsPointer = "lfs-pointer", Error;
    /// A page's text is not UTF-8. It is refused, since guessing its encoding would change what readers see.
    NotUtf8 = "not-utf8", Error;
    /// A file cannot be read, or vanished while it was being read.
    FileUnreadable = "file-unreadable", Error;
    /// A file is larger than Recto reads.
    FileTooLarge = "file-too-large", Error;
    /// A link of the file system leads out of the site's folder, or to a file that is never published.
    SymlinkOutside = "symlink-outside", Error;
    /// A link of the file system leads back to a folder that holds it.
    SymlinkLoop = "symlink-loop", Error;
    /// A pipe, socket or device lies among the content; reading it could wait for ever.
    FileNotRegular = "file-not-regular", Warning;
    /// A file's name cannot exist on every system, so its address would break on some.
    NameInvalid = "name-invalid", Error;
    /// A file beside the pages could run script on the site's origin: HTML, script, or an SVG with either in it.
    AssetActive = "asset-active", Error;

    /// Two sources, or a source and a name that Recto takes for itself, have one address: one would hide the other.
    AddressTaken = "address-taken", Error;
    /// The first part of an address looks like a language tag, which is kept free for translations.
    AddressLanguage = "address-language", Warning;
    /// Two pages of one version continue the same page of an older one.
    IdentityAmbiguous = "identity-ambiguous", Error;

    /// Front matter begins but does not end: without its last line, all of the page would be settings.
    FrontMatterUnclosed = "front-matter-unclosed", Error;
    /// Front matter is not TOML (between `+++`) or not YAML (between `---`) at this place.
    FrontMatterSyntax = "front-matter-syntax", Error;
    /// Front matter has a key that Recto does not know, so it has no effect.
    FrontMatterKeyUnknown = "front-matter-key-unknown", Warning;
    /// A key of front matter has a value that it cannot take.
    FrontMatterValueInvalid = "front-matter-value-invalid", Error;
    /// An audience is named that `[audiences]` does not list, so no build would show the page.
    AudienceUnknown = "audience-unknown", Error;
    /// A page has neither a title in its front matter nor a first heading.
    TitleMissing = "title-missing", Warning;
    /// A range of versions matches none, so that nobody sees the page, or all, so that it says nothing.
    RangeUseless = "range-useless", Warning;

    /// Two headings of a page state the same id, so links to the second reach the first.
    AnchorDuplicate = "anchor-duplicate", Error;
    /// An id begins with `r:`, which the theme uses for its own.
    AnchorReserved = "anchor-reserved", Error;
    /// A heading has another id in another version, since a condition or a variable changes what comes before it or what it says: links that
    /// work in one version miss in the other.
    AnchorUnstable = "anchor-unstable", Warning;
    /// A directive has a name that Recto does not know, so what it holds is shown without it.
    DirectiveUnknown = "directive-unknown", Error;
    /// A directive is not closed, so it reaches further than its writer meant.
    DirectiveUnclosed = "directive-unclosed", Error;
    /// A line `:::` ends nothing: the line that should begin the directive is missing, or stands elsewhere.
    DirectiveUnopened = "directive-unopened", Error;
    /// A directive is badly given: it lacks what it needs, or holds what it cannot hold.
    DirectiveInvalid = "directive-invalid", Error;
    /// A directive stands where it can have no effect: a tab outside of tabs, a line in a paragraph or in HTML.
    DirectiveMisplaced = "directive-misplaced", Error;
    /// A variable is used that neither `[vars]` nor the version's own variables give a value.
    VariableUndefined = "variable-undefined", Error;
    /// A variable does not end, or stands in another.
    VariableInvalid = "variable-invalid", Error;
    /// A page takes in a file that does not exist in its version.
    IncludeNotFound = "include-not-found", Error;
    /// A page takes in a file that is none of the site's: above its root, hidden, or neither content nor a snippet.
    IncludeOutside = "include-outside", Error;
    /// A file includes itself, directly or through others.
    IncludeCycle = "include-cycle", Error;
    /// A file has no region of this name, or not so many lines, so the code that readers need is missing.
    RegionNotFound = "region-not-found", Error;
    /// The first line of a fence says something that Recto does not know, or that is not of its form, so it has no effect.
    FenceAttribute = "fence-attribute", Warning;
    /// A block or a line of code is too long to be coloured; it is shown plain.
    CodeTooLong = "code-too-long", Note;
    /// No grammar is known for the language of a fence; the code is shown plain.
    LanguageUnknown = "language-unknown", Note;
    /// A formula cannot be read; its source is shown.
    MathInvalid = "math-invalid", Error;
    /// An image has an attribute that it cannot take.
    AttributeInvalid = "attribute-invalid", Warning;
    /// Quotes, lists, directives or tags are nested deeper than browsers show; what lies deeper is shown flat.
    NestingTooDeep = "nesting-too-deep", Warning;
    /// A tag or an attribute that could run, or restyle the page, was left out.
    HtmlRemoved = "html-removed", Warning;
    /// Something that looks like a tag is none that Recto lets through, so it is shown as text.
    HtmlUnknownTag = "html-unknown-tag", Warning;
    /// The syntax of another tool, shown as text.
    ForeignSyntax = "foreign-syntax", Warning;

    /// A link, image or download leads to a page or file that does not exist in that version.
    LinkNotFound = "link-not-found", Error;
    /// A link leads to a heading or id that the page does not have.
    AnchorNotFound = "anchor-not-found", Error;
    /// A link leads to a page that is not published: a draft, or one for another audience.
    LinkUnpublished = "link-unpublished", Error;
    /// A link is one thing read as an address and another read as a file; it leads to the address.
    LinkAmbiguous = "link-ambiguous", Warning;
    /// A link has a scheme (`javascript:`, `data:` …) that `[markdown] schemes` does not allow.
    LinkScheme = "link-scheme", Error;
    /// An image lies on another host; readers would be seen there, so it is shown as a link.
    RemoteImage = "remote-image", Warning;

    /// `nav.toml` names a page that does not exist.
    NavPageNotFound = "nav-page-not-found", Error;
    /// A page is in no entry of `nav.toml`, so readers do not find it by walking.
    NavPageMissing = "nav-page-missing", Warning;
    /// A template cannot be read: it does not parse, or uses what does not exist.
    TemplateInvalid = "template-invalid", Error;
    /// A page names a template that the site does not have.
    TemplateNotFound = "template-not-found", Error;
    /// `url` is not set, so canonical links, the sitemap and feeds are left out.
    UrlMissing = "url-missing", Note;
    /// A file of `static/` stands in for one that Recto would make.
    GeneratedReplaced = "generated-replaced", Note;
    /// A file in the output folder is not Recto's; it was left alone.
    OutputForeign = "output-foreign", Note;
}

impl Code {
    /// Whether a page or file is lost where this happens, so that it must be told.
    pub fn loses_pages(self) -> bool {
        use Code::*;
        matches!(
            self,
            FolderNotFound
                | GitRefNotFound
                | GitUnreadable
                | LfsPointer
                | NotUtf8
                | FileUnreadable
                | FileTooLarge
                | SymlinkOutside
                | SymlinkLoop
                | NameInvalid
                | AssetActive
                | AddressTaken
                | FrontMatterUnclosed
                | FrontMatterSyntax
                | FrontMatterValueInvalid
                | TemplateInvalid
                | VersionEmpty
        )
    }

    /// The code with this published name.
    pub fn named(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}
