/** Drawing tools shared by every shape: colours, gradients with ids of their own, and SVG primitives. */

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** The colour `share` of the way from `from` to `to`. */
export function mix(from: string, to: string, share: number): string {
  const end = channels(to);
  const mixed = channels(from).map((value, index) => value + ((end[index] ?? value) - value) * share);
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/** Light and dark are both warm, as on paper: never pure white or black. */
export const tint = (hex: string, share: number): string => mix(hex, '#fffdf6', share);
export const shade = (hex: string, share: number): string => mix(hex, '#4a2f22', share);

export const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}" ${more}/>`;
export const stroke = (d: string, color: string, width: number, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" ` +
  `stroke-linejoin="round" ${more}/>`;
export const oval = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
export const disc = (x: number, y: number, r: number, fill: string, more = ''): string =>
  oval(x, y, r, r, fill, more);
export const box = (x: number, y: number, w: number, h: number, r: number, fill: string, more = ''): string =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${r}" fill="${fill}" ${more}/>`;
export const faint = (opacity: number): string => `opacity="${opacity}"`;

/** Children moved to (x, y), turned and scaled about that point. */
export function at(x: number, y: number, children: string | readonly string[], turn = 0, scale = 1): string {
  const steps = [`translate(${x} ${y})`];
  if (turn !== 0) steps.push(`rotate(${turn})`);
  if (scale !== 1) steps.push(`scale(${scale})`);
  return `<g transform="${steps.join(' ')}">${typeof children === 'string' ? children : children.join('')}</g>`;
}

/** The same picture every time: a small generator seeded by a word. */
export function dice(word: string): () => number {
  let state = 2166136261;
  for (const letter of word) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9;
    state ^= state >>> 13;
    return (state >>> 0) / 4294967296;
  };
}

type Stop = readonly [offset: number, color: string, opacity?: number];

/** Holds one picture's gradients and clips, named after the product so that many can share a page. */
export class Pen {
  readonly seed: string;
  #defs: string[] = [];

  constructor(seed: string) {
    this.seed = seed;
  }

  get defs(): string {
    return `<defs>${this.#defs.join('')}</defs>`;
  }

  #define(make: (id: string) => string): string {
    const known = this.#defs.findIndex((def, index) => def === make(`${this.seed}-${index}`));
    const index = known >= 0 ? known : this.#defs.length;
    const id = `${this.seed}-${index}`;
    if (known < 0) this.#defs.push(make(id));
    return id;
  }

  #stops(stops: readonly Stop[]): string {
    return stops
      .map(([offset, color, opacity]) => {
        const veil = opacity === undefined ? '' : ` stop-opacity="${opacity}"`;
        return `<stop offset="${offset}" stop-color="${color}"${veil}/>`;
      })
      .join('');
  }

  /** Left to right, or along the vector (x1, y1, x2, y2) of the shape's own box. */
  across(stops: readonly Stop[], [x1, y1, x2, y2] = [0, 0, 1, 0]): string {
    const end = `x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`;
    return `url(#${this.#define(
      (id) => `<linearGradient id="${id}" ${end}>${this.#stops(stops)}</linearGradient>`,
    )})`;
  }

  down(top: string, bottom: string): string {
    return this.across(
      [
        [0, top],
        [1, bottom],
      ],
      [0, 0, 0, 1],
    );
  }

  /** A round thing standing in light from the left. */
  round(color: string, depth = 1): string {
    return this.across([
      [0, shade(color, 0.06 * depth)],
      [0.2, tint(color, 0.3 * depth)],
      [0.5, color],
      [1, shade(color, 0.24 * depth)],
    ]);
  }

  /** A ball in light from the upper left. */
  ball(color: string, depth = 1): string {
    const stops: Stop[] = [
      [0, tint(color, 0.42 * depth)],
      [0.5, color],
      [1, shade(color, 0.28 * depth)],
    ];
    return `url(#${this.#define(
      (id) =>
        `<radialGradient id="${id}" cx="0.36" cy="0.28" r="0.82">${this.#stops(stops)}</radialGradient>`,
    )})`;
  }

  /** The soft shadow under a thing whose foot is `half` wide either side of x. */
  shadow(half: number, x = 8, y = 2, dark = 0.42): string {
    const stops: Stop[] = [
      [0, '#5a3d2b', dark],
      [0.55, '#5a3d2b', dark * 0.55],
      [1, '#5a3d2b', 0],
    ];
    const fill = this.#define((id) => `<radialGradient id="${id}">${this.#stops(stops)}</radialGradient>`);
    return oval(x, y, half * 1.28, Math.max(9, half * 0.17), `url(#${fill})`);
  }

  /** Children, seen only inside the outline `d`. */
  inside(d: string, children: readonly string[]): string {
    const id = this.#define((name) => `<clipPath id="${name}"><path d="${d}"/></clipPath>`);
    return `<g clip-path="url(#${id})">${children.join('')}</g>`;
  }
}

/** A leaf pointing right from the origin, with its mid-rib. */
export function leaf(pen: Pen, length: number, width: number, color: string): string {
  const side = (up: number): string => `C${length * 0.25} ${up} ${length * 0.7} ${up} ${length} 0`;
  return [
    path(
      `M0 0${side(-width)}C${length * 0.7} ${width} ${length * 0.25} ${width} 0 0Z`,
      pen.down(tint(color, 0.2), color),
    ),
    path(
      `M0 0C${length * 0.25} ${width} ${length * 0.7} ${width} ${length} 0Z`,
      shade(color, 0.22),
      faint(0.55),
    ),
    stroke(`M0 0L${length * 0.86} 0`, tint(color, 0.45), Math.max(1, width * 0.09), faint(0.8)),
  ].join('');
}

/** Small grains scattered over a box, for what shows in a window, a bowl or a heap. */
export type Grain = 'rice' | 'dal' | 'flake' | 'oat' | 'bean';

export function grains(
  seed: string,
  kind: Grain,
  color: string,
  [left, top, width, height]: readonly [number, number, number, number],
): string {
  const roll = dice(seed + kind);
  const size = { rice: [5, 1.7], dal: [4, 3.6], flake: [8, 5], oat: [6, 4.2], bean: [6.5, 4.6] }[kind] as [
    number,
    number,
  ];
  const step = Math.max(6, size[0] * 1.35);
  const edge = kind === 'flake' ? ` stroke="${shade(color, 0.24)}" stroke-width="0.8"` : '';
  const marks: string[] = [];
  for (let y = top; y <= top + height; y += step * 0.8) {
    for (let x = left; x <= left + width; x += step) {
      const tone = roll();
      const fill = tone < 0.36 ? shade(color, 0.08 + tone * 0.4) : tint(color, (tone - 0.36) * 0.6);
      const turn = Math.round(roll() * 180);
      const where = `${Math.round(x + roll() * step)} ${Math.round(y + roll() * step)}`;
      const crease =
        kind === 'oat' || kind === 'bean'
          ? `<path d="M${-size[0] * 0.6} 0h${size[0] * 1.2}" stroke="${shade(color, 0.4)}" stroke-width="0.9"/>`
          : '';
      marks.push(
        `<g transform="translate(${where}) rotate(${turn})">` +
          `<ellipse rx="${size[0]}" ry="${size[1]}" fill="${fill}"${edge}/>${crease}</g>`,
      );
    }
  }
  return marks.join('');
}
