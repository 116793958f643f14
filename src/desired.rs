//! The whole of time: for each person which doors, when and why.
