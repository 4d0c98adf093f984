import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { forgetSettings, Settings, SettingsTable, settingsKey } from '#shared/data/settings.ts';
import { changeSettings } from './rules/settings.ts';
import { eventsOf, request, tokenOf } from './testing.ts';

type Board = { day: string; counts: Record<string, number>; amount: number; orders: BoardLine[] } & Refusal;
type BoardLine = {
  orderId: string;
  status: string;
  slotId: string;
  paymentStatus?: string;
  deliveryId?: string;
};
type Deed = { action: string; actorId: string; targets: string[]; at: string };

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy.close());

const desk = <A>(name: string, input: object, actor = dairy.admin) =>
  dairy.call<A>('admin', name, input, actor);

describe("the day's board", () => {
  it('Shows how many orders stand where and the orders by the time of their slot', async () => {
    // The zone is ten minutes past ten on the 4th; EVENING comes before MORNING by name, not by time.
    const evening = await dairy.order({ deliverySlot: '2027-01-06T12:30:00.000Z' });
    const morning = await dairy.order({ cartItems: [{ productId: 'P101', qty: 3 }] });
    const cancelled = await dairy.order();
    await dairy.pay(morning, { paymentMethod: 'COD' });
    await dairy.call('order', 'cancelOrder', { orderId: cancelled.orderId }, dairy.household);
    const board = await desk<Board>('viewBoard', { day: '2027-01-06' });
    expect(board).toMatchObject({
      day: '2027-01-06',
      counts: { CREATED: 1, CONFIRMED: 1, CANCELLED: 1 },
      amount: 250,
    });
    expect(board.orders.map(({ orderId }) => orderId)).toEqual([
      ...[morning.orderId, cancelled.orderId].sort(),
      evening.orderId,
    ]);
    expect(board.orders.find(({ orderId }) => orderId === morning.orderId)).toMatchObject({
      status: 'CONFIRMED',
      slotId: 'MORNING',
      paymentStatus: 'PENDING',
      amount: 150,
      userId: 'U101',
    });
  });

  it('Shows the orders of one status while it still counts all', async () => {
    const board = await desk<Board>('viewBoard', { day: '2027-01-06', status: 'CREATED' });
    expect(board.orders.map(({ status }) => status)).toEqual(['CREATED']);
    expect(board.counts).toEqual({ CREATED: 1, CONFIRMED: 1, CANCELLED: 1 });
  });

  it("A day without orders is empty, and the day unless told is the dairy's own", async () => {
    dairy.clock.set('2027-01-04T18:35:00.000Z');
    expect(await desk<Board>('viewBoard', {})).toEqual({
      day: '2027-01-05',
      counts: {},
      amount: 0,
      orders: [],
    });
    dairy.clock.set('2027-01-04T04:30:00.000Z');
  });

  it('A day that the calendar does not have, a household and a courier are refused', async () => {
    expect(await desk<Board>('viewBoard', { day: '2027-02-29' })).toMatchObject({ code: 'INVALID_INPUT' });
    for (const actor of [dairy.household, dairy.courier]) {
      for (const name of ['viewBoard', 'viewAudit', 'viewSettings', 'updateSettings']) {
        expect(await desk<Refusal>(name, {}, actor)).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
  });
});

describe('the audit trail', () => {
  it('Tells the deeds of staff, the newest first, page by page, and none of a household', async () => {
    await dairy.addProduct({ productId: 'P901', name: 'A', price: 1, stock: 1 });
    dairy.clock.advance(1);
    await dairy.addProduct({ productId: 'P902', name: 'B', price: 1, stock: 1 });
    const all = await desk<Deed[]>('viewAudit', {});
    expect(all.slice(0, 2).map(({ targets }) => targets)).toEqual([['Products/P902'], ['Products/P901']]);
    expect(all.every(({ actorId }) => actorId === dairy.admin.userId)).toBe(true);

    const token = await tokenOf(dairy, dairy.admin);
    const page = await request(dairy, 'admin', ['GET', '/admin/audit'], { token, query: { limit: '1' } });
    expect(JSON.parse(page.text)).toEqual(all.slice(0, 1));
    const next = new URL(
      /<([^>]+)>; rel="next"/.exec(page.headers.link ?? '')?.[1] ?? '',
      'http://dairy.example',
    );
    const query = Object.fromEntries(next.searchParams);
    const second = await request(dairy, 'admin', ['GET', next.pathname], { token, query });
    expect(JSON.parse(second.text)).toEqual(all.slice(1, 2));
  });

  it('A day on which nobody did anything is an empty list, a made-up cursor is refused', async () => {
    expect(await desk<Deed[]>('viewAudit', { day: '2026-01-01' })).toEqual([]);
    expect(await desk<Refusal>('viewAudit', { cursor: 'bm9uc2Vuc2U' })).toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });
});

describe('the settings', () => {
  const row = () => dairy.world.store.get(SettingsTable, settingsKey);

  it('A new dairy has the defaults, and keeps none of them', async () => {
    expect(await desk<Settings>('viewSettings', {})).toEqual(Settings.parse({}));
    expect(await row()).toBeUndefined();
  });

  it('A change is seen at once, merges groups, and is told with what it changed', async () => {
    await desk('updateSettings', { dairyName: 'Kaveri Dairy', quietHours: { from: '21:00' } });
    const seller = { legalName: 'Kaveri Dairy Pvt Ltd' };
    const after = await desk<Settings>('updateSettings', { seller, dairyName: 'Kaveri Dairy' });
    expect(after).toMatchObject({
      dairyName: 'Kaveri Dairy',
      quietHours: { from: '21:00', to: '06:00' },
      seller,
    });
    forgetSettings(dairy.world);
    expect(await desk<Settings>('viewSettings', {})).toEqual(after);
    expect(await row()).toMatchObject({ version: 2 });
    expect(Object.keys((await row())?.settings ?? {}).sort()).toEqual(['dairyName', 'quietHours', 'seller']);
    expect(await eventsOf(dairy, 'dairy')).toMatchObject([
      { eventType: 'SETTINGS_CHANGED', entityVersion: 1, fields: ['dairyName', 'quietHours'] },
      { eventType: 'SETTINGS_CHANGED', entityVersion: 2, fields: ['seller'] },
    ]);
  });

  it('A change that changes nothing writes nothing', async () => {
    const before = await row();
    await desk('updateSettings', { dairyName: 'Kaveri Dairy', quietHours: { to: '06:00' } });
    expect(await row()).toEqual(before);
  });

  it('Every bad place is named and nothing of the rest is taken', async () => {
    const before = await row();
    const slot = {
      slotId: 'NIGHT',
      from: '23:00',
      to: '22:00',
      cutoffTime: '20:00',
      cutoffDaysBefore: 1,
      capacity: 5,
    };
    const bad: [object, string[]][] = [
      [{ timeZone: 'Mars/Olympus', bookAheadDays: 0, dairyName: 'X' }, ['/timeZone', '/bookAheadDays']],
      [{ slots: [slot] }, ['/slots']],
      [{ slots: [{ ...slot, from: '21:00', cutoffTime: '8 pm' }] }, ['/slots/0/cutoffTime']],
      [{ seller: { phone: '1' } }, ['/seller/phone']],
      [{ deliveryFee: 5 }, ['/deliveryFee']],
      [{ currency: null }, ['/currency']],
    ];
    for (const [input, pointers] of bad) {
      const refused = await desk<Refusal>('updateSettings', input);
      expect(refused).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
      expect(refused.errors?.map(({ pointer }) => pointer).sort()).toEqual(pointers.sort());
    }
    expect(await row()).toEqual(before);
  });

  it('Two changes at once both stand', async () => {
    await Promise.all([
      desk('updateSettings', { bookAheadDays: 14 }),
      desk('updateSettings', { unpaidOrderMinutes: 45 }),
    ]);
    expect(await desk('viewSettings', {})).toMatchObject({ bookAheadDays: 14, unpaidOrderMinutes: 45 });
    expect(await row()).toMatchObject({ version: 4 });
  });

  it('Quiet hours can be switched off and on again', () => {
    const off = changeSettings({}, { quietHours: null }, '2027-01-04T04:30:00.000Z');
    expect(off).toMatchObject({ kept: { quietHours: null }, fields: ['quietHours'] });
    const on = changeSettings(
      { quietHours: null },
      { quietHours: { from: '20:00', to: '07:00' } },
      '2027-01-04T04:30:00.000Z',
    );
    expect(on).toMatchObject({ settings: { quietHours: { from: '20:00', to: '07:00' } } });
    // Half of them is not enough when there are none to add to.
    expect(
      changeSettings({ quietHours: null }, { quietHours: { from: '20:00' } }, '2027-01-04T04:30:00.000Z'),
    ).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/quietHours/to' }],
    });
  });
});
