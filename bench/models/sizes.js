// Sizes of the models that are timed. The catalogue is that of MovieLens 1M.

export const USERS = 6040;
export const ITEMS = 3706;

export const MODELS = {
  gmf8: { users: USERS, items: ITEMS, gmf: 8 },
  neumf8: { users: USERS, items: ITEMS, gmf: 8, tower: [64, 32, 16, 8] },
  neumf64: { users: USERS, items: ITEMS, gmf: 64, tower: [512, 256, 128, 64] },
};
