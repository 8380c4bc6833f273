//! The files of small indexes.
