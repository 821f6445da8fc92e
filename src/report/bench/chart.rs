//! Charts as inline SVG: line charts with spreads, and a roofline chart.

use std::fmt::Write;

use super::text::short;

/// Size and margins of a chart, in SVG user units. The left margin depends on the tick labels.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 300.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 46.0;
/// The width of the name of the y axis, and of one digit of a tick label in the larger letters of narrow screens.
const NAME: f64 = 30.0;
const DIGIT: f64 = 9.5;

/// One measured point.
#[derive(Clone, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    /// The minimum and maximum of y.
    pub low: f64,
    pub high: f64,
    /// Tooltip.
    pub label: String,
}

/// Points that are connected by a line.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: &'static str,
    /// CSS class.
    pub class: &'static str,
    pub points: Vec<Point>,
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Maps values to coordinates, on a logarithmic scale or on a linear one that starts at zero.
struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    from: f64,
    to: f64,
}

impl Axis {
    fn logarithmic(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Axis {
        let (low, high) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max));
        let margin = (high / low).powf(0.06).max(1.2);
        Axis { low: low / margin, high: high * margin, logarithmic: true, from, to }
    }

    fn from_zero(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
        let largest = values.fold(f64::MIN_POSITIVE, f64::max);
        Axis { low: 0.0, high: largest * 1.08, logarithmic: false, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        let part = match self.logarithmic {
            true => (value / self.low).ln() / (self.high / self.low).ln(),
            false => (value - self.low) / (self.high - self.low),
        };
        self.from + part * (self.to - self.from)
    }

    /// The space that the name and the tick labels of a y axis take at its left.
    fn label_width(&self) -> f64 {
        let longest = self.ticks().into_iter().map(|tick| tick_label(tick).len()).max().unwrap_or(0);
        NAME + DIGIT * longest as f64 + 8.0
    }

    /// About five round numbers; on a logarithmic axis powers of ten or, if there are fewer than three, 1, 2 and 5 times
    /// those.
    fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let powers = (self.low.log10().floor() as i32..=self.high.log10().ceil() as i32).map(|e| 10_f64.powi(e));
            let ticks = |steps: &[f64]| -> Vec<f64> {
                let all = powers.clone().flat_map(|power| steps.iter().map(move |step| power * step));
                all.filter(|tick| (self.low..=self.high).contains(tick)).collect()
            };
            let coarse = ticks(&[1.0]);
            return if coarse.len() >= 3 { coarse } else { ticks(&[1.0, 2.0, 5.0]) };
        }
        let rough = self.high / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(rough);
        (0..).map(|n| f64::from(n) * step).take_while(|tick| *tick <= self.high).collect()
    }
}

/// The opening tag of a chart, its grid, the tick labels and the axis names.
fn frame(title: &str, (x, y): (&Axis, &Axis), x_ticks: &[f64], (x_name, y_name): (&str, &str)) -> String {
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(title));
    let (bottom, left, right) = (HEIGHT - BOTTOM, x.from, x.to);
    for tick in y.ticks() {
        let at = y.at(tick);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{left:.1}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            left - 8.0,
            at + 4.0,
            tick_label(tick)
        );
    }
    for tick in x_ticks {
        let at = x.at(*tick);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
             <text class=\"middle\" x=\"{at:.1}\" y=\"{:.1}\">{}</text>",
            bottom + 17.0,
            tick_label(*tick)
        );
    }
    let _ = write!(
        svg,
        "<text class=\"middle name\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\
         <text class=\"middle name\" transform=\"translate(14 {:.1}) rotate(-90)\">{}</text>",
        (left + right) / 2.0,
        HEIGHT - 8.0,
        escape(x_name),
        (TOP + bottom) / 2.0,
        escape(y_name)
    );
    svg
}

/// A tick label without trailing zeros.
fn tick_label(tick: f64) -> String {
    if tick >= 1.0 || tick == 0.0 { format!("{}", (tick * 100.0).round() / 100.0) } else { format!("{tick:.2}") }
}

/// A line chart of tokens per second. The x axis is logarithmic, with a tick at each measured value; `ceiling` is a dashed
/// line.
pub fn lines(title: &str, x_name: &str, series: &[Series], ceiling: &[(f64, f64)]) -> String {
    let points = || series.iter().flat_map(|series| &series.points);
    let heights = points().map(|point| point.high).chain(ceiling.iter().map(|(_, y)| *y));
    let y = Axis::from_zero(heights, HEIGHT - BOTTOM, TOP);
    let x = Axis::logarithmic(points().map(|point| point.x), y.label_width(), WIDTH - RIGHT);
    let mut ticks: Vec<f64> = points().map(|point| point.x).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    let mut svg = frame(title, (&x, &y), &ticks, (x_name, "tokens per second"));
    if !ceiling.is_empty() {
        let _ = write!(svg, "<polyline class=\"ceiling\" points=\"{}\"/>", path(ceiling, &x, &y));
    }
    for Series { class, points, .. } in series {
        let line: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
        let _ = write!(svg, "<g class=\"{class}\"><polyline points=\"{}\"/>", path(&line, &x, &y));
        for point in points {
            let at = x.at(point.x);
            let _ = write!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
                y.at(point.low),
                y.at(point.high)
            );
            mark(&mut svg, (at, y.at(point.y)), &point.label);
            let _ = write!(
                svg,
                "<text class=\"middle value\" x=\"{at:.1}\" y=\"{:.1}\">{}</text>",
                y.at(point.high) - 7.0,
                short(point.y)
            );
        }
        svg.push_str("</g>");
    }
    svg + "</svg>"
}

/// A roofline chart (Williams, Waterman and Patterson, "Roofline", CACM 2009): multiply-adds per second over multiply-adds
/// per byte of weights. `roof` is (read ceiling, multiply ceiling), in 10^9 per second.
pub fn roofline(title: &str, series: &[Series], roof: (f64, f64)) -> String {
    let points = || series.iter().flat_map(|series| &series.points);
    let ridge = roof.1 / roof.0;
    let mut x = Axis::logarithmic(points().map(|point| point.x).chain([ridge]), 0.0, WIDTH - RIGHT);
    let lowest_roof = (x.low * roof.0).min(roof.1);
    let y = Axis::logarithmic(points().map(|point| point.y).chain([roof.1, lowest_roof]), HEIGHT - BOTTOM, TOP);
    x.from = y.label_width();
    let mut svg =
        frame(title, (&x, &y), &x.ticks(), ("multiply-adds per byte of weights", "10⁹ multiply-adds per second"));
    let roof_line = [(x.low, lowest_roof), (ridge, roof.1), (x.high, roof.1)];
    let _ = write!(svg, "<polyline class=\"ceiling\" points=\"{}\"/>", path(&roof_line, &x, &y));
    for Series { class, points, .. } in series {
        let _ = write!(svg, "<g class=\"{class}\">");
        for point in points {
            mark(&mut svg, (x.at(point.x), y.at(point.y)), &point.label);
        }
        svg.push_str("</g>");
    }
    svg + "</svg>"
}

fn path(points: &[(f64, f64)], x: &Axis, y: &Axis) -> String {
    points.iter().map(|(a, b)| format!("{:.1},{:.1}", x.at(*a), y.at(*b))).collect::<Vec<_>>().join(" ")
}

fn mark(svg: &mut String, (x, y): (f64, f64), label: &str) {
    let _ = write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"><title>{}</title></circle>", escape(label));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tick_labels_of_any_length_do_not_touch_the_axis_name() {
        for rate in [0.02, 3.0, 4567.0, 123_456.0, 98_765_432.0] {
            let point = |x| Point { x, y: rate, low: rate, high: rate, label: String::new() };
            let series = || [Series { name: "decode", class: "decode", points: vec![point(1.0), point(8.0)] }];
            for svg in [lines("t", "x", &series(), &[]), roofline("t", &series(), (rate, rate * 3.0))] {
                let labels: Vec<(f64, usize)> = svg
                    .split("<text class=\"end\" x=\"")
                    .skip(1)
                    .map(|text| {
                        let (x, rest) = text.split_once('"').unwrap();
                        let label = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
                        (x.parse().unwrap(), label.len())
                    })
                    .collect();
                assert!(labels.len() > 1, "{svg}");
                // The name is 12 units high and centred at 14.
                assert!(labels.iter().all(|(end, len)| end - 9.0 * *len as f64 > 20.0), "{rate}: {labels:?}");
            }
        }
    }
}
