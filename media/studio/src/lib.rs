//! Server-side media: probing, transcoding and posters.
