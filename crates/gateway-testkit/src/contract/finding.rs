//! What a check comes to.

/// What a check found: nothing, or what is wrong in words.
pub type Finding = Result<(), String>;
