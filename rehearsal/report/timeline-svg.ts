/** A phase as a chart: one bar for each operation, rendered here, so that the page needs no script. */
import { type CustomSeriesOption, init } from "echarts";
import { durationText } from "../base/duration";
import type { Operation, Timeline } from "../run/timeline";
import { describedSvg } from "./chart-svg";
import { escaped, Html } from "./html";

/** Shorter operations would be invisible. AWS seconds. */
const visible = 1;

const size = { width: 1216, names: 450, right: 60, row: 18, axis: 34 } as const;
/** Most characters of a bar's name that fit beside the chart. */
const longestName = 72;

const colours = { usual: "var(--bar)", critical: "var(--critical)", failed: "var(--bad)" } as const;

/** What is drawn of `timeline`: everything that takes time or failed. */
export function drawn(timeline: Timeline): Operation[] {
  return timeline.filter(({ start, end, failed }) => end - start >= visible || failed);
}

/**
 * @param title what the chart is called for those who do not see it
 * @param until end of the axis in AWS seconds, so that charts can be compared
 * @param bound the lower bound in AWS seconds
 */
export function timelineSvg(title: string, timeline: Timeline, until: number, bound: number): Html {
  const operations = drawn(timeline);
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: size.width,
    height: operations.length * size.row + 2 * size.axis,
  });
  const axis = { type: "value" as const, min: 0, max: Math.ceil(until / 60), axisLabel: { color: "var(--faint)" } };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: { left: size.names, right: size.right, top: size.axis, bottom: size.axis },
    xAxis: [
      { ...axis, position: "top", splitLine: { lineStyle: { color: "var(--rule)" } } },
      { ...axis, position: "bottom", splitLine: { show: false } },
    ],
    yAxis: {
      type: "category",
      inverse: true,
      data: operations.map(nameOf),
      // From the left edge on: on a narrow screen the bars are out of sight at first, and the names must not be too.
      axisLabel: { color: "var(--ink)", interval: 0, fontSize: 11.5, align: "left", margin: size.names },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "var(--rule)" } },
    },
    series: [bars(operations), boundLine(bound)],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return new Html(describedSvg(withTooltips(svg, operations), title));
}

function bars(operations: readonly Operation[]): CustomSeriesOption {
  return {
    type: "custom",
    encode: { x: [0, 1], y: 2 },
    data: operations.map(({ start, end }, row) => [start / 60, end / 60, row]),
    renderItem: (_params, api) => {
      const row = Number(api.value(2));
      const operation = operations[row];
      const [left = 0, middle = 0] = api.coord([api.value(0), row]);
      const [right = 0] = api.coord([api.value(1), row]);
      const fill = operation?.failed ? colours.failed : operation?.critical ? colours.critical : colours.usual;
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: { x: left, y: middle - 6, width: Math.max(2, right - left), height: 12, r: 2 },
            style: { fill },
          },
          {
            type: "text",
            silent: true,
            x: right + 5,
            y: middle,
            style: {
              text: operation ? durationText(operation.end - operation.start) : "",
              fill: "var(--faint)",
              fontFamily: "inherit",
              fontSize: 11,
              // A rim of the page's colour keeps it legible where a line of the grid passes.
              stroke: "var(--page)",
              lineWidth: 3,
              verticalAlign: "middle",
            },
          },
        ],
      };
    },
  };
}

function boundLine(bound: number): CustomSeriesOption {
  return {
    type: "custom",
    data: [],
    renderItem: () => null,
    markLine: {
      silent: true,
      symbol: "none",
      data: [{ xAxis: bound / 60 }],
      lineStyle: { color: colours.critical, type: "dashed", width: 1 },
      label: { show: false },
    },
  };
}

function nameOf({ type, name }: Operation): string {
  const text = `${type.split(":").at(-1)} ${name}`;
  return text.length > longestName ? `${text.slice(0, longestName - 1)}…` : text;
}

/**
 * ECharts marks what belongs to a datum with its index, for a script in the page to find; a title in its place is shown by
 * the browser itself.
 */
function withTooltips(svg: string, operations: readonly Operation[]): string {
  return svg.replace(
    /(<path [^>]*ecmeta_data_index="(\d+)"[^>]*>)(?=<\/path>)/g,
    (_all, tag: string, index: string) => {
      const operation = operations[Number(index)];
      return operation ? `${tag}<title>${escaped(tooltip(operation))}</title>` : tag;
    },
  );
}

function tooltip({ verb, type, name, start, end, critical, failed }: Operation): string {
  return [
    `${verb} ${name}`,
    type,
    `${durationText(end - start)}, from ${durationText(start)} to ${durationText(end)} of AWS time`,
    ...(critical ? ["on the critical path"] : []),
    ...(failed ? ["failed"] : []),
  ].join("\n");
}
