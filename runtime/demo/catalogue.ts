/**
 * The demo dairy's catalogue: what a household in Bengaluru finds on the doorstep list.
 *
 * Prices are rupees, tax included. `taxes` are basis points a component, as in force in India since
 * 22 September 2025 (check): 5 % on butter, ghee, cheese, yoghurt, packed staples and drinks; nothing on milk
 * (UHT too), paneer, bread, parotta, eggs, fresh fruit and vegetables. Curd, lassi and buttermilk stand here as
 * the exempt fresh kind; packed and labelled before sale they carry 5 %.
 */
import type { Art } from './images.ts';
import { butterAndCheese } from './shelves/butter-and-cheese.ts';
import { fresh } from './shelves/fresh.ts';
import { milkAndCurd } from './shelves/milk-and-curd.ts';
import { pantry } from './shelves/pantry.ts';

export type DemoProduct = {
  productId: string;
  name: string;
  category: string;
  price: number;
  unit: string;
  description: string;
  stockMode: 'ON_HAND' | 'PER_DAY';
  /** ON_HAND: what is in the store. */
  stock?: number;
  /** PER_DAY: the supply planned for each delivery day. */
  dailySupply?: number;
  /** Basis points for each tax component; absent for exempt goods. */
  taxes?: Record<string, number>;
  hsn?: string;
  lowStockAt?: number;
  art: Art;
};

export const demoProducts: readonly DemoProduct[] = [...milkAndCurd, ...butterAndCheese, ...fresh, ...pantry];
