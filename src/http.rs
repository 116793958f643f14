//! One transport for both services.
