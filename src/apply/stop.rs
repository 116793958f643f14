//! The wish to stop, handed from whoever hears Ctrl-C, or loses the lock, to whoever is writing.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

/// A wish to stop. Clones share it; the first reason stays.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    why: OnceLock<Why>,
    asked: Notify,
}

/// Why a run is to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Somebody interrupted it.
    Interrupted,
    /// It may not go on.
    Ended(String),
}

impl Stop {
    /// Asks to stop: what is under way is finished, nothing more is begun.
    pub fn ask(&self) {
        self.give(Why::Interrupted);
    }

    /// Asks to stop for this reason.
    pub fn end(&self, reason: &str) {
        self.give(Why::Ended(reason.to_owned()));
    }

    fn give(&self, why: Why) {
        // Whoever asks later asks for the same.
        drop(self.shared.why.set(why));
        self.shared.asked.notify_waiters();
    }

    /// Why, where somebody asked.
    pub fn why(&self) -> Option<&Why> {
        self.shared.why.get()
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) -> &Why {
        loop {
            let asked = self.shared.asked.notified();
            tokio::pin!(asked);
            asked.as_mut().enable();
            if let Some(why) = self.why() {
                return why;
            }
            asked.await;
        }
    }
}
