//! Which scopes of grammars mean which class.
//!
//! A scope is a name in parts, as `constant.character.escape.js`. Of a text's scopes the innermost one that has a class counts.

use super::class::Class;

/// The class that a scope means.
pub(super) fn class(scope: &str) -> Class {
    let found = SCOPES.iter().find(|(prefix, _)| begins(scope, prefix)).map(|(_, class)| *class);
    match found {
        // In shells a variable stands out from words; elsewhere nearly each word is one.
        None | Some(Class::Inherited) if scope.starts_with("variable.other") && scope.ends_with(".shell") => Class::Variable,
        found => found.unwrap_or_default(),
    }
}

/// Whether `scope` begins with the parts of `prefix`.
fn begins(scope: &str, prefix: &str) -> bool {
    scope.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The classes of scopes, by their first parts; the first that fits counts.
const SCOPES: &[(&str, Class)] = &[
    ("comment", Class::Comment),
    ("punctuation.definition.comment", Class::Comment),
    ("string.regexp", Class::Escape),
    ("string.interpolated", Class::Plain),
    ("string.unquoted.heredoc", Class::Text),
    ("string", Class::Text),
    ("constant.numeric", Class::Number),
    ("constant.character.escape", Class::Escape),
    ("constant.other.placeholder", Class::Escape),
    ("constant.other.character-class", Class::Escape),
    ("constant.other.color", Class::Number),
    ("constant", Class::Constant),
    ("support.constant", Class::Constant),
    ("variable.language", Class::Constant),
    ("keyword.operator.word", Class::Keyword),
    ("keyword.operator.new", Class::Keyword),
    ("keyword.operator.logical.python", Class::Keyword),
    ("keyword.other.unit", Class::Number),
    ("keyword.operator", Class::Operator),
    ("keyword", Class::Keyword),
    ("storage", Class::Keyword),
    ("entity.name.tag.yaml", Class::Property),
    ("entity.name.tag.toml", Class::Property),
    ("entity.name.tag", Class::Tag),
    ("entity.other.attribute-name", Class::Attribute),
    ("entity.name.function.decorator", Class::Decorator),
    ("entity.name.function", Class::Function),
    ("entity.name.section", Class::Heading),
    ("entity.name.type", Class::Type),
    ("entity.name.class", Class::Type),
    ("entity.name.struct", Class::Type),
    ("entity.name.enum", Class::Type),
    ("entity.name.union", Class::Type),
    ("entity.name.trait", Class::Type),
    ("entity.name.interface", Class::Type),
    ("entity.name.impl", Class::Type),
    ("entity.other.inherited-class", Class::Type),
    ("support.function", Class::Function),
    ("support.macro", Class::Function),
    ("variable.function", Class::Function),
    ("support.type.property-name", Class::Property),
    ("support.type", Class::Type),
    ("support.class", Class::Type),
    ("support.struct", Class::Type),
    ("variable.parameter", Class::Variable),
    ("variable.annotation", Class::Decorator),
    ("meta.annotation", Class::Decorator),
    ("meta.property-name", Class::Property),
    ("meta.object-literal.key", Class::Property),
    ("meta.mapping.key.json", Class::Key),
    ("meta.mapping.key.js", Class::Key),
    ("markup.inserted", Class::Inserted),
    ("markup.deleted", Class::Deleted),
    ("markup.heading", Class::Heading),
    ("meta.diff.header", Class::Heading),
    ("meta.diff.range", Class::Heading),
    ("markup.bold", Class::Strong),
    ("markup.italic", Class::Emphasis),
    ("markup.underline.link", Class::Link),
    ("meta.interpolation", Class::Plain),
    ("meta.template.expression", Class::Plain),
    ("meta.group.expansion.command", Class::Plain),
    ("source.regexp", Class::Escape),
    ("source", Class::Plain),
];
