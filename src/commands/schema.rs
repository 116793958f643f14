//! `schema`: the JSON Schemas, as they stand in `schemas/`.

use miette::IntoDiagnostic as _;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

use super::{Exit, speech};
use crate::cli::value::Document;
use crate::events::Line;
use crate::manifest;
use crate::plan::Plan;

/// Prints one.
pub fn run(document: Document) -> miette::Result<Exit> {
    let schema = serde_json::to_string_pretty(&schema(document)).into_diagnostic()?;
    speech::print(&format!("{schema}\n"))?;
    Ok(Exit::Done)
}

fn schema(document: Document) -> Schema {
    match document {
        Document::Manifest => manifest::schema::schema(),
        Document::Plan => written::<Plan>(),
        Document::Events => written::<Line>(),
    }
}

/// Of what is written by us and read by others: what it always has, its readers may rely on.
fn written<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    SchemaGenerator::new(settings).into_root_schema_for::<T>()
}
