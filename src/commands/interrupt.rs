//! What happens when somebody presses Ctrl-C, or a CI service ends the job.

use crate::apply::stop::Stop;

/// Asks to stop at the first signal; leaves at the second.
pub async fn listen(stop: Stop) {
    signal().await;
    stop.ask();
    tracing::warn!("stopping: what is under way is finished; press Ctrl-C again to stop at once");
    signal().await;
    // The journal's open records tell the next run what was under way.
    #[expect(clippy::exit, reason = "a second Ctrl-C asks for just that")]
    std::process::exit(130);
}

/// Waits for Ctrl-C or, where there is such a thing, for the signal to end.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = end.recv() => return,
                pressed = tokio::signal::ctrl_c() => if pressed.is_ok() { return },
            }
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Nothing can be heard: the run goes on without.
        std::future::pending::<()>().await;
    }
}
