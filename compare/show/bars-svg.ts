import { type BarSeriesOption, init } from "echarts";
import { describedSvg } from "../../rehearsal/report/chart-svg";
import { Html } from "../../rehearsal/report/html";
import type { BarChart } from "./charts";

/** Pixels. */
const size = { width: 590, names: 140, right: 56, axis: 26, bar: 13, gap: 14, stackedBar: 20 } as const;

/** The chart, rendered here, so that the page needs no script. Bars go from left to right; backends from top to bottom. */
export function barsSvg(chart: BarChart): Html {
  const { title, backends, series, stacked } = chart;
  const row = (stacked ? size.stackedBar : size.bar * series.length) + size.gap;
  const drawing = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: size.width,
    height: backends.length * row + size.axis,
  });
  drawing.setOption({
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: { left: size.names, right: size.right, top: 4, bottom: size.axis },
    xAxis: {
      type: "value",
      axisLabel: { color: "var(--faint)" },
      splitLine: { lineStyle: { color: "var(--rule)" } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: [...backends],
      axisLabel: { color: "var(--ink)", interval: 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "var(--rule)" } },
    },
    series: seriesOf(chart),
  });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return new Html(describedSvg(svg, title));
}

/** Every bar has its value behind it; of bars that add up, the last has the sum. */
function seriesOf({ series, stacked, digits, backends }: BarChart): BarSeriesOption[] {
  const label = (texts: readonly string[]): BarSeriesOption["label"] => ({
    show: true,
    position: "right",
    color: "var(--faint)",
    fontFamily: "inherit",
    fontSize: 11,
    // A rim of the page's colour keeps it legible where a line of the grid passes.
    textBorderColor: "var(--page)",
    textBorderWidth: 3,
    formatter: ({ dataIndex }) => texts[dataIndex] ?? "",
  });
  const text = (value: number) => value.toFixed(digits);
  const sums = backends.map((_, index) => text(series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)));
  return series.map(({ name, colour, values }, index) => ({
    type: "bar",
    name,
    data: [...values],
    itemStyle: { color: colour },
    ...(stacked ? { stack: "all", barWidth: size.stackedBar } : { barWidth: size.bar, barGap: "0%" }),
    ...(stacked && index < series.length - 1 ? {} : { label: label(stacked ? sums : values.map(text)) }),
  }));
}
