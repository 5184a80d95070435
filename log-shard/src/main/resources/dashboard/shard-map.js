import { attribute, h, property, text } from './dom.js';
import { brief, bytes, count, percent, perSecond, plural, rate } from './format.js';

const SPACE = 2n ** 64n;
/** From so many shards on the gaps between them would take more of a phone's width than they. */
const DENSE_FROM = 48;
const COLUMNS = ['Shard', 'State', 'Reads /s', 'Appends /s', 'High watermark', 'Stored', 'Leader', 'Hash range'];

/** One log: its hash space as a bar of its open shards, what the selected one is, and a table of all its shards. */
export class ShardMap {
    #name;
    #onSelect;
    #segments = new Map();
    #rows = new Map();
    #selected = null;
    #log = null;

    constructor(name, isOpen, onSelect) {
        this.#name = name;
        this.#onSelect = onSelect;
        this.totals = h('span', { class: 'totals' });
        this.hottest = h('span');
        this.bar = h('div', {
            class: 'space', role: 'listbox', 'aria-label': `Open shards of ${name}, in order of hash`,
            'aria-orientation': 'horizontal', onkeydown: event => this.#key(event, this.#segments, 'ArrowLeft', 'ArrowRight'),
        });
        this.detail = h('p', { class: 'detail', id: `detail-${name}` }, 'Select a shard for its figures.');
        this.body = h('tbody', { onkeydown: event => this.#key(event, this.#rows, 'ArrowUp', 'ArrowDown') });
        this.table = h('div', { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': `Table of the shards of ${name}` },
            h('table', {},
                h('caption', { class: 'hidden' }, `Shards of ${name}`),
                h('thead', {}, h('tr', {}, ...COLUMNS.map(column => h('th', { scope: 'col' }, column)))),
                this.body));
        this.element = h('details', { class: 'panel log', open: isOpen, ontoggle: () => this.#draw(), data: { log: name } },
            h('summary', {}, h('h3', {}, name), this.totals),
            h('div', { class: 'heat-legend' }, 'heat', h('span', {}, '0'), h('i'), this.hottest),
            this.bar,
            h('div', { class: 'ticks', 'aria-hidden': 'true' },
                ...['0000…', '4000…', '8000…', 'c000…', 'ffff…'].map(hash => h('span', {}, hash))),
            this.detail,
            this.table);
    }

    update(log) {
        this.#log = log;
        const reads = log.shards.reduce((sum, shard) => sum + shard.readsPerSecond, 0);
        const appends = log.shards.reduce((sum, shard) => sum + shard.appendsPerSecond, 0);
        text(this.totals, [
            plural(log.records, 'record'), bytes(log.bytes), plural(log.shards.length, 'shard'),
            `${perSecond(reads)} reads`, `${perSecond(appends)} appends`,
        ].join('  ·  '));
        if (this.element.open) {
            this.#draw();
        }
    }

    /** Opens, selects and shows a shard that an address names. */
    reveal(shard) {
        this.element.open = true;
        this.#select(shard);
        this.element.scrollIntoView({ block: 'nearest' });
    }

    #draw() {
        if (this.#log === null) {
            return;
        }
        const shards = this.#log.shards;
        const hottest = Math.max(0, ...shards.map(heat));
        text(this.hottest, perSecond(Math.max(1, hottest)));
        const open = shards.filter(shard => shard.state === 'OPEN')
            .sort((one, other) => one.from < other.from ? -1 : 1);
        attribute(this.bar, 'data-dense', String(open.length > DENSE_FROM));
        keep(this.bar, this.#segments, open, shard => this.#segment(shard.shard));
        keep(this.body, this.#rows, shards, shard => this.#row(shard.shard));
        for (const shard of shards) {
            // Below one call a second nothing is hot, however much hotter than the rest.
            const warmth = heat(shard) / Math.max(1, hottest);
            this.#updateSegment(shard, warmth);
            this.#updateRow(shard, warmth);
        }
        this.#describe();
    }

    #segment(number) {
        return h('div', {
            role: 'option', tabIndex: -1, data: { shard: number }, 'aria-describedby': this.detail.id,
            onclick: () => this.#choose(number),
        }, h('b', {}, String(number)), h('span'));
    }

    #updateSegment(shard, warmth) {
        const segment = this.#segments.get(shard.shard);
        if (!segment) {
            return;
        }
        property(segment, '--width', share(shard) * 1000);
        property(segment, '--heat', warmth);
        text(segment.lastChild, perSecond(heat(shard)));
        const isSelected = shard.shard === this.#selected;
        attribute(segment, 'aria-selected', String(isSelected));
        attribute(segment, 'aria-label', `Shard ${shard.shard}, ${percent(share(shard))} of the hash space`);
        segment.tabIndex = this.#isEntry(shard.shard, this.#segments, this.bar) ? 0 : -1;
    }

    #row(number) {
        return h('tr', { data: { shard: number }, onclick: () => this.#choose(number) },
            h('th', { scope: 'row' }, h('i', { class: 'swatch' }), String(number)),
            ...COLUMNS.slice(1).map(() => h('td')));
    }

    #updateRow(shard, warmth) {
        const row = this.#rows.get(shard.shard);
        property(row, '--heat', warmth);
        attribute(row, 'data-state', shard.state);
        attribute(row, 'aria-current', String(shard.shard === this.#selected));
        row.tabIndex = this.#isEntry(shard.shard, this.#rows, this.body) ? 0 : -1;
        [
            shard.state.toLowerCase(), rate(shard.readsPerSecond), rate(shard.appendsPerSecond),
            count(shard.highWatermark), bytes(shard.bytes), shard.leader ?? '–', `${shard.from} – ${shard.last}`,
        ].forEach((figure, column) => text(row.children[column + 1], figure));
    }

    /** Of the bar and of the table, one element each is reached by the tab key: the selected, else the first. */
    #isEntry(number, elements, parent) {
        return elements.has(this.#selected)
            ? number === this.#selected
            : elements.get(number) === parent.firstElementChild;
    }

    #key(event, elements, back, forth) {
        const numbers = [...event.currentTarget.children].map(element => Number(element.dataset.shard));
        const place = numbers.indexOf(Number(event.target.dataset.shard));
        const next = numbers[{
            [back]: Math.max(0, place - 1),
            [forth]: Math.min(numbers.length - 1, place + 1),
            Home: 0,
            End: numbers.length - 1,
            Enter: place,
            ' ': place,
        }[event.key]];
        if (next !== undefined) {
            event.preventDefault();
            this.#choose(next);
            elements.get(next).focus();
        }
    }

    #choose(number) {
        this.#onSelect(number);
        this.#select(number);
    }

    #select(number) {
        this.#selected = number;
        this.#draw();
        this.#scrollTo(this.#rows.get(number));
    }

    /** Scrolls the table and never the page: the bar that the arrow keys are used on must stay where it is. */
    #scrollTo(row) {
        if (row) {
            const above = row.offsetTop - this.body.offsetTop;
            const below = row.offsetTop + row.offsetHeight - this.table.clientHeight;
            this.table.scrollTop = Math.max(below, Math.min(above, this.table.scrollTop));
        }
    }

    #describe() {
        const shard = this.#log.shards.find(candidate => candidate.shard === this.#selected);
        if (shard) {
            text(this.detail, [
                `Shard ${shard.shard}`, shard.state.toLowerCase(), `${percent(share(shard))} of the hash space`,
                `leader ${shard.leader ?? 'none'}`, `offsets ${count(shard.startOffset)} to ${count(shard.highWatermark)}`,
                bytes(shard.bytes), `${perSecond(shard.readsPerSecond)} reads`, `${perSecond(shard.appendsPerSecond)} appends`,
            ].join('  ·  '));
        }
    }
}

function heat(shard) {
    return shard.readsPerSecond + shard.appendsPerSecond;
}

/** Which part of the hash space a shard's range is, 0..1. */
function share({ from, last }) {
    return Number((BigInt('0x' + last) - BigInt('0x' + from) + 1n) * 1_000_000n / SPACE) / 1e6;
}

/** Makes the children of `parent` those of `shards` in their order, keeping the elements that are there. */
function keep(parent, elements, shards, make) {
    const numbers = new Set(shards.map(shard => shard.shard));
    for (const [number, element] of elements) {
        if (!numbers.has(number)) {
            element.remove();
            elements.delete(number);
        }
    }
    shards.forEach((shard, place) => {
        if (!elements.has(shard.shard)) {
            elements.set(shard.shard, make(shard));
        }
        const element = elements.get(shard.shard);
        if (parent.children[place] !== element) {
            parent.insertBefore(element, parent.children[place] ?? null);
        }
    });
}
