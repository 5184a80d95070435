import { h, text } from './dom.js';
import { NONE, brief, bytes, micros, percent, plural, rate } from './format.js';
import { Sparkline } from './sparkline.js';

const TILES = [
    {
        id: 'reads', name: 'Reads', unit: '/s', colour: '--reads',
        value: sample => sample.reads, show: rate,
        detail: (frame, totals, samples) => `most ${rate(Math.max(...samples.map(sample => sample.reads)))} /s lately`,
    },
    {
        id: 'read-latency', name: 'Read latency p99', colour: '--reads',
        value: sample => sample.read?.p99Micros ?? null, show: micros,
        detail: frame => percentiles(frame.latency.read),
    },
    {
        id: 'cached', name: 'Answered from cache', colour: '--local',
        value: sample => sample.shares?.cached ?? null, show: percent,
        detail: () => 'of the reads in 10 s',
    },
    {
        id: 'appends', name: 'Appends', unit: '/s', colour: '--appends',
        value: sample => sample.appends, show: rate,
        detail: frame => bytes(frame.appends.bytesPerSecond) + '/s',
    },
    {
        id: 'append-latency', name: 'Append latency p99', colour: '--appends',
        value: sample => sample.append?.p99Micros ?? null, show: micros,
        detail: frame => percentiles(frame.latency.append),
    },
    {
        id: 'stored', name: 'Records stored', colour: '--shard',
        value: null, show: brief,
        detail: (frame, totals) =>
            `${bytes(totals.bytes)} in ${plural(frame.logs.length, 'log')}, ${plural(totals.shards, 'shard')}`,
    },
];

function percentiles(latency) {
    return latency.count > 0 ? `p50 ${micros(latency.p50Micros)} · p99.9 ${micros(latency.p999Micros)}` : 'none in the last second';
}

/** The figures one looks at first, each with its last ten minutes as a line. */
export class Tiles {
    #tiles;

    constructor(root) {
        this.#tiles = TILES.map(tile => {
            const figure = h('b', { id: `tile-${tile.id}` }, NONE);
            const detail = h('small', {}, '\u00a0');
            const element = h('div', { class: 'tile' }, h('h2', {}, tile.name), h('p', {}, figure, tile.unit ?? ''), detail);
            root.append(element);
            return { ...tile, figure, detailText: detail, line: tile.value && new Sparkline(element, tile.colour, tile.value) };
        });
    }

    update(frame, history) {
        const totals = {
            records: frame.logs.reduce((sum, log) => sum + log.records, 0),
            bytes: frame.logs.reduce((sum, log) => sum + log.bytes, 0),
            shards: frame.logs.reduce((sum, log) => sum + log.shards.length, 0),
        };
        for (const tile of this.#tiles) {
            text(tile.figure, tile.show(tile.value ? tile.value(history.last) : totals.records));
            text(tile.detailText, tile.detail(frame, totals, history.samples));
            tile.line?.draw(history);
        }
    }
}
