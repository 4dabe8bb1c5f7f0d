//! Plots as inline SVG. Colours are fixed hexadecimal values that the style sheet maps to those of
//! the light and the dark theme; the series are Okabe & Ito's colours (2008), which colour-blind
//! readers tell apart, and each has a marker of its own besides.

use plotters::{
    coord::Shift,
    element::DynElement,
    prelude::{
        ChartBuilder, Circle, Cross, DrawingArea, EmptyElement, IntoDrawingArea as _,
        IntoLogRange as _, LineSeries, PathElement, RGBColor, SVGBackend, SeriesLabelPosition,
        Text, TriangleMarker,
    },
    style::{BLACK, Color as _, IntoFont as _, WHITE},
};
use standfirst_eval::{
    compare::{BINS, Comparison, ModelFigures},
    metric::{self, Metric, bootstrap::Estimate},
};

use super::super::safe;

/// Width and height of a plot, in the units of its view box.
const SIZE: (u32, u32) = (560, 320);
const FONT: &str = "sans-serif";
/// Okabe & Ito's colours without black and yellow, which one of the themes swallows.
const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xe6, 0x9f, 0x00),
];

/// The class of the colour of the model in this place.
pub fn series(place: usize) -> usize {
    place % SERIES.len()
}

/// What the scatter plot calls quality: closeness to references where there are any, otherwise only
/// agreement, and its name says so.
pub fn quality(comparison: &Comparison) -> &'static Metric {
    let name = if comparison.references > 0 { "rouge1" } else { "consensus" };
    metric::named(name).unwrap_or(&metric::METRICS[0])
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

fn svg(draw: impl FnOnce(&Area<'_>) -> Drawn) -> Option<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(&area).ok()?;
        area.present().ok()?;
    }
    // The size comes from the style sheet; who cannot see it is given the tables.
    let size = format!("width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1);
    Some(svg.replacen(&size, "aria-hidden=\"true\" focusable=\"false\" ", 1))
}

/// Quality against time; `None` without times.
pub fn scatter(comparison: &Comparison, quality: &Metric) -> Option<String> {
    let points: Vec<(usize, &ModelFigures, Estimate, Estimate)> = comparison
        .models
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            let (time, good) = (row.estimates.get("millis")?, row.estimates.get(quality.name)?);
            Some((place, row, time, good))
        })
        .collect();
    if points.is_empty() {
        return None;
    }
    // An article in less than a tenth of a millisecond is shown as that.
    let time = |time: Estimate| time.mean.max(0.1);
    let fastest = points.iter().map(|point| time(point.2)).fold(f64::INFINITY, f64::min);
    let slowest = points.iter().map(|point| time(point.2)).fold(0.0, f64::max);
    let low = points.iter().map(|point| point.3.low).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|point| point.3.high).fold(f64::NEG_INFINITY, f64::max);
    let room = (high - low).max(0.02) * 0.15;
    svg(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .margin_right(24)
            .x_label_area_size(42)
            .y_label_area_size(58)
            .build_cartesian_2d(
                (fastest / 2.0..slowest * 4.0).log_scale(),
                low - room..high + 1.5 * room,
            )?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(WHITE.mix(0.0))
            .x_desc("milliseconds an article (log scale)")
            .y_desc(quality.title)
            .label_style((FONT, 13))
            .axis_desc_style((FONT, 14))
            .x_label_formatter(&|x| format!("{x}"))
            .draw()?;
        for (place, row, took, good) in &points {
            let (x, color) = (time(*took), SERIES[series(*place)]);
            let range = vec![(x, good.low), (x, good.high)];
            chart.draw_series([PathElement::new(range, color.stroke_width(2))])?;
            // Above the bar, where no neighbour's bar is in the way.
            let name = Text::new(safe::line(&row.model), (-4, -16), (FONT, 14).into_font());
            chart.draw_series([EmptyElement::at((x, good.high)) + name])?;
            let dot = Circle::new((0, 0), 5, color.filled());
            chart.draw_series([EmptyElement::at((x, good.mean)) + dot])?;
        }
        Ok(())
    })
}

/// Share of each model's sentences by tenths; `None` if there are none.
pub fn spread(
    comparison: &Comparison,
    title: &str,
    counts: impl Fn(&ModelFigures) -> &[u64; BINS],
) -> Option<String> {
    let shares: Vec<Vec<(f64, f64)>> =
        comparison.models.iter().map(|row| shares(counts(row))).collect();
    let most = shares.iter().flatten().map(|point| point.1).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    // Where there are fewer lines to be in the way of.
    let right: f64 =
        shares.iter().flat_map(|points| points.iter().skip(BINS / 2)).map(|p| p.1).sum();
    let legend = if 2.0 * right > shares.len() as f64 {
        SeriesLabelPosition::UpperLeft
    } else {
        SeriesLabelPosition::UpperRight
    };
    svg(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(42)
            .y_label_area_size(58)
            .build_cartesian_2d(0.0..1.0, 0.0..(most * 1.12).min(1.05))?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(WHITE.mix(0.0))
            .x_desc(title)
            .y_desc("share of sentences")
            .label_style((FONT, 13))
            .axis_desc_style((FONT, 14))
            .x_label_formatter(&|x| format!("{x:.1}"))
            .y_label_formatter(&|y| format!("{:.0} %", y * 100.0))
            .draw()?;
        for (place, (points, row)) in shares.iter().zip(&comparison.models).enumerate() {
            let color = SERIES[series(place)];
            chart
                .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?
                .label(safe::line(&row.model))
                .legend(move |at| marker(place, at));
            chart.draw_series(
                points.iter().map(|&point| EmptyElement::at(point) + marker(place, (0, 0))),
            )?;
        }
        chart
            .configure_series_labels()
            .position(legend)
            .label_font((FONT, 13))
            .border_style(BLACK.mix(0.0))
            .draw()?;
        Ok(())
    })
}

/// The share of every tenth, at its middle.
fn shares(counts: &[u64; BINS]) -> Vec<(f64, f64)> {
    let all = counts.iter().sum::<u64>();
    if all == 0 {
        return Vec::new();
    }
    let middle = |bin: usize| (bin as f64 + 0.5) / BINS as f64;
    counts.iter().enumerate().map(|(bin, &n)| (middle(bin), n as f64 / all as f64)).collect()
}

/// The marker of a series, round `at`.
fn marker<'a>(place: usize, at: (i32, i32)) -> DynElement<'static, SVGBackend<'a>, (i32, i32)> {
    use plotters::element::IntoDynElement as _;
    let color = SERIES[series(place)];
    match place % 3 {
        0 => Circle::new(at, 4, color.filled()).into_dyn(),
        1 => TriangleMarker::new(at, 6, color.filled()).into_dyn(),
        _ => Cross::new(at, 4, color.stroke_width(2)).into_dyn(),
    }
}
