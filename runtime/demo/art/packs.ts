/** Everything that comes packed: what its art says, and which file draws it. */
import { carton, cerealBox, packet, pouch, sack } from './bags.ts';
import { bottle } from './bottles.ts';
import type { Emblem } from './emblems.ts';
import type { Grain, Pen } from './pen.ts';
import { clayPot, cup, jar, tin, tub } from './tubs.ts';

type Printed = { emblem: Emblem; ink?: string };

export type PackArt =
  | ({
      shape: 'bottle';
      form: 'litre' | 'half' | 'slim' | 'oil';
      liquid: string;
      cap: string;
      label?: string;
    } & Printed)
  | ({ shape: 'pouch'; main: string; accent: string; squat?: boolean } & Printed)
  | ({ shape: 'tub'; body: string; lid: string; accent: string } & Printed)
  | ({ shape: 'cup'; body: string; fill: string; topping: 'plain' | 'mango' | 'berry' | 'saffron' } & Printed)
  | { shape: 'clayPot'; fill: string; skin: string; form: 'kulhad' | 'handi' }
  | ({ shape: 'jar'; fill: string; lid: string; label: string; texture?: Grain } & Printed)
  | ({ shape: 'tin'; body: string; band: string; metal: string } & Printed)
  | ({ shape: 'carton'; form: 'gable' | 'brick'; main: string; paper: string; cap: string } & Printed)
  | ({ shape: 'cerealBox'; main: string; accent: string } & Printed)
  | ({ shape: 'packet'; main: string; accent: string; shows: Grain; grain: string } & Printed)
  | ({ shape: 'sack'; paper: string; accent: string } & Printed);

export type PackOf<Shape extends PackArt['shape']> = Extract<PackArt, { shape: Shape }>;

export function drawPack(pen: Pen, art: PackArt): string {
  switch (art.shape) {
    case 'bottle':
      return bottle(pen, art);
    case 'pouch':
      return art.squat === true ? `<g transform="scale(1 0.86)">${pouch(pen, art)}</g>` : pouch(pen, art);
    case 'tub':
      return tub(pen, art);
    case 'cup':
      return cup(pen, art);
    case 'clayPot':
      return clayPot(pen, art);
    case 'jar':
      return jar(pen, art);
    case 'tin':
      return tin(pen, art);
    case 'carton':
      return carton(pen, art);
    case 'cerealBox':
      return cerealBox(pen, art);
    case 'packet':
      return packet(pen, art);
    case 'sack':
      return sack(pen, art);
  }
}
