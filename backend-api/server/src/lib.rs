//! Backend of the terminal: REST, events, files, import and administration.
