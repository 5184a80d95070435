/** The tiers in the order in which a read meets them; `id` is also the name of the colour, `--local` and so on. */
export const TIERS = [
    { id: 'local', name: 'Local', what: 'this process', isCache: true },
    { id: 'regional', name: 'Regional', what: 'shared in the region', isCache: true },
    { id: 'global', name: 'Global', what: 'shared by all regions', isCache: true },
    { id: 'shard', name: 'Shard', what: 'the log itself', isCache: false },
];

export const STATES = {
    UP: 'up',
    STARTING: 'starting',
    CUT_OFF: 'cut off',
    OFF: 'off',
};
