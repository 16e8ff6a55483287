//! What a part of the store says of itself, so that whoever looks after the whole database
//! ([`integrity`](crate::integrity), [`scrub`](crate::scrub), [`sealing`](crate::sealing)) names no
//! single part. Every module with tables has a [`Part`]; the register lists them.

/// Something that must never be found.
pub(crate) struct Promise {
    /// How it is told, in words for an operator.
    pub(crate) broken: &'static str,
    /// Answers one text for each case.
    pub(crate) cases: &'static str,
}

/// The tables of one module. Each table of the schema belongs to one part.
pub(crate) struct Part {
    /// Tables that a purge leaves as they are.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "only the test asks that finds a table without a part"
        )
    )]
    pub(crate) tables: &'static [&'static str],
    /// Tables that name people or hold what is sealed: they are rewritten after a purge.
    pub(crate) scrubbed: &'static [&'static str],
    /// What is of no use without the keys, as `table WHERE condition`.
    pub(crate) sealed: &'static [&'static str],
    /// What its tables promise each other, beyond what the schema enforces.
    pub(crate) promises: &'static [Promise],
}

impl Part {
    /// To be filled in.
    pub(crate) const EMPTY: Self = Self {
        tables: &[],
        scrubbed: &[],
        sealed: &[],
        promises: &[],
    };
}
