//! Forms and answers against a slow model.
