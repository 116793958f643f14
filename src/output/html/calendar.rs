//! The days ahead: what time alone will bring.

use super::markup::Html;
use crate::output::calendar::{self, Day};
use crate::output::clock::Clock;
use crate::output::{Properties, property_label};
use crate::plan::upcoming::Upcoming;

pub(super) fn write(turns: &[Upcoming], properties: &Properties) -> Html {
    let mut page = Html::new();
    if turns.is_empty() {
        page.tag("<p>Nothing, by time alone.</p>\n");
    }
    for Day { property, date, turns } in calendar::days(turns, properties) {
        let clock = Clock::of(property, properties);
        page.tag("<section class=g data-p=\"").number(property.map_or(0, |id| id.0)).tag("\"><h3>");
        page.text(&date.format("%A %Y-%m-%d").to_string())
            .tag(" <small>")
            .text(&property_label(property, properties));
        page.tag("; times in ").text(clock.zone_name()).tag("</small></h3>\n");
        page.rows("plain", |page| turns.iter().for_each(|turn| told(page, turn, &clock)));
        page.tag("</section>\n");
    }
    page
}

fn told(page: &mut Html, turn: &Upcoming, clock: &Clock) {
    page.tag("<div class=r data-k=\"upcoming\">")
        .text(&clock.hour(turn.at))
        .tag(" ")
        .id(&turn.external_id)
        .tag(" ");
    page.text(&calendar::sentence(turn, clock)).tag(" <span class=dim>").text(&calendar::because(turn));
    page.tag("</span></div>\n");
}
