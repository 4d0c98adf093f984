import { Bar, BarChart, CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { useFormats } from '../kit/formats.ts';

export interface ChartRow {
  name: string;
  /** By the names that the legend shows. */
  values: Readonly<Record<string, number>>;
}

interface ChartProps {
  /** What is drawn; read out. */
  label: string;
  rows: readonly ChartRow[];
  isMoney?: boolean;
}

const colours = ['var(--float)', 'var(--cap-gold)', 'var(--meadow)', 'var(--berry)', 'var(--cap-silver)'];
const HEIGHT = 260;

function useChart({ rows, isMoney = false }: ChartProps) {
  const { money, number } = useFormats();
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const data = rows.map(({ name, values }) => ({ name, ...values }));
  const show = (value: unknown) => (isMoney ? money(Number(value)) : number(Number(value)));
  const parts = (
    <>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="name"
        tick={{ fill: 'var(--ink-soft)', fontSize: 12 }}
        tickLine={false}
        axisLine={false}
      />
      <YAxis
        tick={{ fill: 'var(--ink-soft)', fontSize: 12 }}
        tickFormatter={show}
        tickLine={false}
        axisLine={false}
        width={70}
      />
      <Tooltip
        formatter={(value) => show(value)}
        cursor={{ fill: 'var(--float-wash)' }}
        contentStyle={{
          background: 'var(--paper)',
          border: '1px solid var(--line)',
          borderRadius: 12,
          color: 'var(--ink)',
        }}
      />
    </>
  );
  return { names, data, parts };
}

/** Columns that stand on each other. */
export function Bars(props: ChartProps) {
  const { names, data, parts } = useChart(props);
  return (
    <figure aria-label={props.label} className="grid gap-2">
      <BarChart data={data} responsive style={{ width: '100%', height: HEIGHT }} accessibilityLayer>
        {parts}
        {names.map((name, i) => (
          <Bar
            key={name}
            dataKey={name}
            stackId="all"
            fill={colours[i % colours.length]}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
      <Legend names={names} />
    </figure>
  );
}

/** Lines over days or weeks. */
export function Lines(props: ChartProps) {
  const { names, data, parts } = useChart(props);
  return (
    <figure aria-label={props.label} className="grid gap-2">
      <LineChart data={data} responsive style={{ width: '100%', height: HEIGHT }} accessibilityLayer>
        {parts}
        {names.map((name, i) => (
          <Line
            key={name}
            dataKey={name}
            stroke={colours[i % colours.length]}
            strokeWidth={2.5}
            dot={false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
      <Legend names={names} />
    </figure>
  );
}

function Legend({ names }: { names: readonly string[] }) {
  if (names.length < 2) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {names.map((name, i) => (
        <li key={name} className="flex items-center gap-1.5">
          <svg className="size-3" aria-hidden="true" viewBox="0 0 10 10">
            <rect width="10" height="10" rx="3" fill={colours[i % colours.length]} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
