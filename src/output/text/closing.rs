//! The end of the page: what guards hold back, what comes next, what became of the changes, the sums.

use std::io;

use super::page::{Page, Span};
use crate::output::{Properties, guards, verdict};
use crate::plan::{ChangeResult, Plan, ResultStatus};

pub(super) fn write(page: &mut Page<'_>, plan: &Plan, properties: &Properties) -> io::Result<()> {
    let palette = page.palette;
    let own = guards::paragraphs(&plan.own_guards(), properties, str::to_owned);
    let pending = guards::paragraphs(&plan.pending_guards(), properties, str::to_owned);
    let own = own.into_iter().map(|paragraph| ("Held back", paragraph));
    for (lead, paragraph) in own.chain(pending.into_iter().map(|told| (guards::PENDING, told))) {
        let paragraph = Span::new(format!(": {paragraph}"), palette.plain);
        page.line(0, 2, &[Span::new(lead, palette.deleted), paragraph])?;
        page.blank()?;
    }
    if let Some(boundary) = verdict::boundary_line(plan, properties) {
        page.line(0, 2, &[Span::new(boundary, palette.faint)])?;
        page.blank()?;
    }
    let results = plan.results.as_deref();
    if results.is_none() && plan.calls.to_apply > 0 {
        let calls = format!("Calls to Brivo that an apply takes: {}.", plan.calls.to_apply);
        page.line(0, 2, &[Span::new(calls, palette.faint)])?;
        page.blank()?;
    }
    unfinished(page, results.unwrap_or_default())?;
    if let Some(causes) = verdict::causes_line(plan) {
        page.line(0, 2, &[Span::new(causes, palette.plain)])?;
    }
    if let Some(no_changes) = verdict::no_changes(plan) {
        page.line(0, 2, &[Span::new(no_changes, palette.comes)])?;
    }
    page.sum(&verdict::plan_line(&plan.summary))?;
    results.map_or(Ok(()), |results| page.sum(&verdict::applied_line(results)))
}

/// Whoever does not hold what the plan says.
fn unfinished(page: &mut Page<'_>, results: &[ChangeResult]) -> io::Result<()> {
    let mut unfinished = results.iter().filter(|result| result.status != ResultStatus::Applied).peekable();
    if unfinished.peek().is_none() {
        return Ok(());
    }
    page.line(0, 2, &[Span::new("Not done", page.palette.strong)])?;
    page.blank()?;
    for ChangeResult { external_id, status, error } in unfinished {
        let (word, style) = match status {
            ResultStatus::Applied => ("applied", page.palette.comes),
            ResultStatus::Failed => ("failed", page.palette.deleted),
            ResultStatus::Held => ("held", page.palette.turns),
        };
        let why = error.as_deref().unwrap_or("what it takes is held back by a guard (R3)");
        let spans = [
            Span::new(format!("{word:8}"), style),
            Span::new(external_id.as_str(), page.palette.strong),
            Span::new(format!("  {why}"), page.palette.plain),
        ];
        page.line(2, 10, &spans)?;
    }
    page.blank()
}
