//! Secrets from the environment or from files it names.
