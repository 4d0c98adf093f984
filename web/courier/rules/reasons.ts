/** Why a delivery fails, as the dairy's reports count it; anything else is in words. */
export const reasons = ['NOBODY_HOME', 'WRONG_ADDRESS', 'NO_ACCESS', 'REFUSED', 'DAMAGED'] as const;
