//! A bench run as a self-contained HTML file with charts and a table, without scripts.

use std::fmt::Write;

use super::chart::{Point, Series, escape, lines, roofline};
use super::text::short;
use super::{Bench, CaseResult};
use crate::files::output::OutputKind;
use crate::model::Arithmetic;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #22303c; --soft: #5f6d78; --line: #e4e8eb; --decode: #2a6f97; --prefill: #c8553d;
  --paper: #fbfaf7; --card: #fff; --ceiling: #9aa5ad; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ec; --soft: #a3b0ba; --line: #38434c; --decode: #6cb2dc; --prefill: #ee8d74;
    --paper: #14191d; --card: #1c2329; --ceiling: #8a969f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 2rem 1.2rem 3rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.02rem; margin: 0 0 .3rem; }
h1 + p, figcaption, .notes { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1.2rem 0 1.6rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); gap: 1rem; }
figure { margin: 0; padding: 1rem 1.1rem .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
figcaption { font-size: .82rem; }
svg { display: block; width: 100%; height: auto; font-size: 12px; }
svg text { fill: var(--soft); stroke: none; } svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg .value { fill: var(--ink); font-weight: 600; } svg polyline { fill: none; stroke-width: 2; }
.grid { stroke: var(--line); } .ceiling { stroke: var(--ceiling); stroke-dasharray: 5 4; }
.decode { stroke: var(--decode); } .decode circle { fill: var(--decode); stroke: var(--card); }
.prefill { stroke: var(--prefill); } .prefill circle { fill: var(--prefill); stroke: var(--card); }
.key::before { content: '\u{25cf} '; } .key.decode { color: var(--decode); } .key.prefill { color: var(--prefill); }
.wide { overflow-x: auto; margin-top: 1.6rem; }
table { border-collapse: collapse; width: 100%; min-width: 940px; background: var(--card); font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .35rem .55rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } td.versus { white-space: normal; min-width: 5.5rem; }
th { color: var(--soft); font-weight: 500; white-space: normal; vertical-align: bottom; line-height: 1.25; }
.bar { display: inline-block; width: 60px; height: 8px; margin-right: .5rem; border-radius: 4px; background: var(--line); }
.bar i { display: block; height: 100%; border-radius: 4px; background: var(--decode); }
.notes { font-size: .85rem; margin-top: 1.4rem; padding-left: 1.1rem; }
@media (max-width: 600px) { main { padding: 1.2rem .6rem 2rem; } figure { padding: .8rem .5rem .6rem; } svg { font-size: 15px; } }
@media print { body { background: #fff; } figure { break-inside: avoid; } }
";

/// Tells a report from other HTML files.
const MARK: &str = "<meta name=\"generator\" content=\"rumma bench\">";

/// The files of [`Bench::html`].
pub const HTML_FILE: OutputKind = OutputKind {
    name: "a benchmark report",
    recognize: |head| head.windows(MARK.len()).any(|bytes| bytes == MARK.as_bytes()),
    private: false,
};

impl Bench {
    /// The HTML file.
    pub fn html(&self) -> String {
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{MARK}\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>rumma bench: {source}</title><style>{STYLE}</style></head>\n<body><main>\n\
             <h1>{source}</h1><p>rumma bench: rates and the ceilings of this machine, medians of {repetitions}</p>\n<dl>",
            source = escape(&self.model.source),
            repetitions = match self.repetitions {
                1 => "one repetition".to_string(),
                n => format!("{n} repetitions"),
            },
        );
        for (name, value) in self.facts() {
            let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
        }
        html.push_str("</dl>\n<div class=\"charts\">\n");
        self.charts(&mut html);
        html.push_str("</div>\n");
        self.table(&mut html);
        html.push_str("<ul class=\"notes\">");
        for line in self.method {
            let _ = write!(html, "<li>{}</li>", escape(line));
        }
        html + "</ul>\n</main></body></html>\n"
    }

    fn charts(&self, html: &mut String) {
        let own = self.machine.ceiling.threads;
        let select = |filter: &dyn Fn(&&CaseResult) -> bool, x: fn(&CaseResult) -> usize| -> Vec<Point> {
            let mut rates: Vec<&CaseResult> = self.results.iter().filter(filter).collect();
            rates.sort_by_key(|result| x(result));
            rates.into_iter().map(|result| result.point(x(result) as f64)).collect()
        };
        let decode = |points| [Series { name: "decode", class: "decode", points }];
        let prefill = |points| [Series { name: "prefill", class: "prefill", points }];
        let decodes = || self.results.iter().filter(|result| result.is_decode());
        let context = decodes().map(|result| result.context).min().unwrap_or(0);
        let batch = decodes().map(|result| result.batch).min().unwrap_or(0);
        let longest = self.results.iter().filter(|result| !result.is_decode()).map(|result| result.tokens).max();

        let batches = select(&|r| r.is_decode() && r.threads == own && r.context == context, |r| r.batch);
        if is_curve(&batches) {
            let caption = format!("Rate of all sequences together, with a context of {context} tokens.");
            figure(html, "Decode by batch", &caption, |title| {
                lines(title, "sequences decoded together", &decode(batches), &[])
            });
        }
        let contexts = select(&|r| r.is_decode() && r.threads == own && r.batch == batch, |r| r.context);
        if is_curve(&contexts) {
            let ceiling: Vec<(f64, f64)> =
                contexts.iter().map(|point| (point.x, self.decode_ceiling(batch, point.x))).collect();
            let caption = format!(
                "Batch {batch}. Dashed: the rate at which weights, keys and values would be read at the read ceiling."
            );
            figure(html, "Decode by context", &caption, |title| {
                lines(title, "tokens in the sequence", &decode(contexts), &ceiling)
            });
        }
        let prompts = select(&|r| !r.is_decode() && r.threads == own, |r| r.tokens);
        if is_curve(&prompts) {
            figure(html, "Prefill by length", "Up to the first generated token.", |title| {
                lines(title, "tokens in the prompt", &prefill(prompts), &[])
            });
        }
        let roof = (self.machine.ceiling.read_gb_per_s, self.multiply_ceiling());
        let rates = |decode: bool| {
            let same = |r: &&CaseResult| r.is_decode() == decode && r.threads == own;
            let point = |r: &CaseResult| Point {
                y: r.gmultiply_adds_per_s,
                ..r.point(r.gmultiply_adds_per_s / r.weight_gb_per_s)
            };
            self.results.iter().filter(same).map(point).collect::<Vec<_>>()
        };
        let [decode_rates] = decode(rates(true));
        let [prefill_rates] = prefill(rates(false));
        let caption = format!(
            "Below the slope, memory bandwidth is the limit ({:.1} GB/s); below the flat part, multiplication is ({:.0} G/s). \
             {} {}",
            roof.0,
            roof.1,
            key(&decode_rates),
            key(&prefill_rates)
        );
        figure(html, "Roofline", &caption, |title| roofline(title, &[decode_rates, prefill_rates], roof));
        if self.ceilings.len() > 1 {
            let of_batch = |r: &&CaseResult| r.is_decode() && r.batch == batch && r.context == context;
            let threads = select(&of_batch, |r| r.threads);
            figure(html, "Decode by threads", &format!("Batch {batch}, context {context}."), |title| {
                lines(title, "threads", &decode(threads), &[])
            });
            let threads = select(&|r| !r.is_decode() && Some(r.tokens) == longest, |r| r.threads);
            figure(html, "Prefill by threads", &format!("A prompt of {} tokens.", longest.unwrap_or(0)), |title| {
                lines(title, "threads", &prefill(threads), &[])
            });
        }
    }

    /// Tokens per second if weights, keys and values are read at the read ceiling.
    fn decode_ceiling(&self, batch: usize, context: f64) -> f64 {
        let batch = batch as f64;
        let weights = self.model.weight_bytes_per_token as f64;
        let bytes = weights + batch * context * self.model.kv_bytes_per_token as f64;
        batch * self.machine.ceiling.read_gb_per_s * 1e9 / bytes
    }

    fn multiply_ceiling(&self) -> f64 {
        let arithmetic = Arithmetic::from_name(self.model.arithmetic).unwrap_or(Arithmetic::Int8);
        self.machine.ceiling.multiply(arithmetic)
    }

    fn table(&self, html: &mut String) {
        html.push_str(
            "<div class=\"wide\"><table><tr><th></th><th>threads</th><th>batch</th><th>context</th><th>tokens</th>\
             <th>tokens/s</th><th>spread</th><th>GB/s</th><th>of the read ceiling</th><th>mul-adds per cycle</th>\
             <th>of the multiply ceiling</th><th>outside kernels</th>",
        );
        if self.baseline.is_some() {
            html.push_str("<th>of baseline</th>");
        }
        html.push_str("</tr>\n");
        for result in &self.results {
            let _ = write!(
                html,
                "<tr><td><span class=\"key {kind}\">{kind}</span></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td><b>{}</b></td><td>{} \u{2013} {}</td><td>{:.1}</td><td>{}</td><td>{:.1}</td><td>{}</td>\
                 <td>{:.1} %</td>",
                result.threads,
                result.batch,
                result.context,
                result.tokens,
                short(result.tokens_per_second),
                short(result.tokens_per_second_min),
                short(result.tokens_per_second_max),
                result.memory_gb_per_s,
                bar(result.memory_fraction),
                result.multiply_adds_per_cycle,
                bar(result.multiply_fraction),
                100.0 * result.outside_kernels,
                kind = result.kind,
            );
            if self.baseline.is_some() {
                let _ = write!(html, "<td class=\"versus\">{}</td>", result.versus().trim());
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table></div>\n");
    }
}

impl CaseResult {
    /// The rate as a point of a chart, at `x`.
    fn point(&self, x: f64) -> Point {
        let label = format!(
            "{}, {} threads, batch {}, context {}, {} tokens: {} tokens/s, {:.0} % of the read and {:.0} % of the multiply \
             ceiling, {:.1} % outside kernels",
            self.kind,
            self.threads,
            self.batch,
            self.context,
            self.tokens,
            short(self.tokens_per_second),
            100.0 * self.memory_fraction,
            100.0 * self.multiply_fraction,
            100.0 * self.outside_kernels
        );
        Point { x, y: self.tokens_per_second, low: self.tokens_per_second_min, high: self.tokens_per_second_max, label }
    }
}

/// Whether the points have at least two places on the x axis. A chart of one point says no more than the table.
fn is_curve(points: &[Point]) -> bool {
    points.first().is_some_and(|first| points.iter().any(|point| point.x != first.x))
}

/// A figure with a title, a chart and a caption; `caption` is HTML.
fn figure(html: &mut String, title: &str, caption: &str, draw: impl FnOnce(&str) -> String) {
    let _ = writeln!(html, "<figure><h2>{title}</h2>{}<figcaption>{caption}</figcaption></figure>", draw(title));
}

fn key(series: &Series) -> String {
    format!("<span class=\"key {}\">{}</span>", series.class, series.name)
}

fn bar(fraction: f64) -> String {
    let filled = (100.0 * fraction).clamp(0.0, 100.0);
    format!("<span class=\"bar\"><i style=\"width:{filled:.0}%\"></i></span>{fraction:.2}")
}
