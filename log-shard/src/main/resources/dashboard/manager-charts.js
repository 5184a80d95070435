/*
 * Pictures of the shard manager as SVG: which shard took what when, where it was hot, and what was foreseen. Each function
 * makes a picture anew from documents of the API; they change once a minute.
 */
import { clock } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 960;
const SPACE = 2n ** 64n;

function s(tag, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('--')) {
            element.style.setProperty(name, value);
        } else {
            element.setAttribute(name, value);
        }
    }
    element.append(...children);
    return element;
}

function picture(height, label, ...children) {
    return s('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label }, ...children);
}

/** Returns where a hash, sixteen hexadecimal digits, lies in the space of all: 0 to 1. */
function position(hash) {
    return Number(BigInt(`0x${hash}`) * 1_000_000n / SPACE) / 1_000_000;
}

/** Returns from when to when each shard took appends, by its number, as far as plans that are still known say. */
function lives(shards, plans, now) {
    const begin = Math.min(now - 10 * 60_000, ...plans.map(plan => Date.parse(plan.steps[0].at) - 60_000));
    const all = new Map(shards.map(shard => [shard.shard, { from: begin, end: now }]));
    for (const plan of plans) {
        const cut = plan.steps.find(step => step.state === 'WATCH');
        if (cut !== undefined) {
            const at = Date.parse(cut.at);
            const ended = plan.children.length > 0 ? plan.shards : [];
            plan.children.filter(child => all.has(child.shard)).forEach(child => { all.get(child.shard).from = at; });
            ended.filter(parent => all.has(parent)).forEach(parent => { all.get(parent).end = at; });
        }
    }
    return { begin, all };
}

export function lineage(shards, plans) {
    const now = Date.now();
    const height = 260;
    const { begin, all } = lives(shards, plans, now);
    const x = millis => 10 + (WIDTH - 20) * (millis - begin) / (now - begin);
    const bars = shards.map(shard => {
        const { from, end } = all.get(shard.shard);
        const top = 4 + (height - 28) * position(shard.range.from);
        const bottom = 4 + (height - 28) * position(shard.range.last);
        const title = `shard ${shard.shard}, ${shard.state.toLowerCase()}, ${shard.range.from} to ${shard.range.last}, `
            + `led by ${shard.leader ?? 'nobody'}, from ${clock(from)} to ${clock(end)}`;
        const width = Math.max(2, x(end) - x(from));
        return s('g', {},
            s('rect', {
                class: 'shard-bar', 'data-state': shard.state,
                x: x(from), y: top, width, height: Math.max(1, bottom - top),
            }, s('title', {}, title)),
            ...(bottom - top > 12 && width > 18
                ? [s('text', { class: 'mark', x: x(from) + 4, y: (top + bottom) / 2 + 4 }, String(shard.shard))]
                : []));
    });
    return picture(height, `Lineage of ${shards.length} shards`, ...bars,
        s('text', { class: 'axis', x: 10, y: height - 6 }, clock(begin)),
        s('text', { class: 'axis', x: WIDTH - 10, y: height - 6, 'text-anchor': 'end' }, clock(now)));
}

export function heatMap(entries) {
    const height = 240;
    const minutes = [...new Set(entries.flatMap(entry => entry.minutes.map(minute => minute.at)))].sort();
    const hottest = Math.max(1, ...entries.flatMap(entry => entry.minutes.flatMap(minute => minute.slices)));
    const width = (WIDTH - 20) / Math.max(1, minutes.length);
    const cells = [];
    for (const entry of entries) {
        const top = position(entry.range.from);
        const tall = position(entry.range.last) - top;
        for (const minute of entry.minutes) {
            minute.slices.forEach((accesses, slice) => {
                if (accesses > 0) {
                    cells.push(s('rect', {
                        class: 'heat-cell', x: 10 + width * minutes.indexOf(minute.at), width: Math.max(1, width - 0.5),
                        y: 4 + (height - 28) * (top + tall * slice / minute.slices.length),
                        height: Math.max(0.5, (height - 28) * tall / minute.slices.length),
                        '--heat': Math.sqrt(accesses / hottest).toFixed(3),
                    }, s('title', {}, `shard ${entry.shard}, ${clock(Date.parse(minute.at))}: ${accesses} accesses`)));
                }
            });
        }
    }
    const ends = minutes.length === 0 ? [] : [
        s('text', { class: 'axis', x: 10, y: height - 6 }, clock(Date.parse(minutes[0]))),
        s('text', { class: 'axis', x: WIDTH - 10, y: height - 6, 'text-anchor': 'end' },
            clock(Date.parse(minutes.at(-1)))),
    ];
    return picture(height, 'Heat of the hash space over the last hour', ...cells, ...ends);
}

export function forecast(document) {
    const height = 200;
    const past = document.history.minutes.map(minute => ({ at: Date.parse(minute.at), load: minute.load }));
    const ahead = document.forecast.map(point => ({ ...point, at: Date.parse(point.at) }));
    const times = [...past, ...ahead].map(point => point.at);
    const most = Math.max(1, ...past.map(point => point.load), ...ahead.map(point => point.upper ?? 0));
    const begin = Math.min(...times);
    const x = at => 10 + (WIDTH - 20) * (at - begin) / Math.max(1, Math.max(...times) - begin);
    const y = load => 20 + (height - 44) * (1 - load / most);
    const at = (point, value) => `${x(point.at).toFixed(1)},${y(value(point)).toFixed(1)}`;
    const line = (points, value) => points.map(point => at(point, value)).join(' ');
    const band = `${line(ahead, point => point.upper ?? 0)} ${line([...ahead].reverse(), point => point.lower ?? 0)}`;
    return picture(height, 'Load of the last hour and of the hour to come',
        s('polygon', { class: 'interval', points: band }),
        s('polyline', { class: 'actual', points: line(past, point => point.load) }),
        s('polyline', { class: 'expected', points: line(ahead, point => point.expected ?? 0) }),
        s('text', { class: 'axis', x: 10, y: 12 }, `${most.toFixed(most < 10 ? 1 : 0)} requests/s`),
        s('text', { class: 'axis', x: 10, y: height - 6 }, clock(begin)),
        s('text', { class: 'axis', x: WIDTH - 10, y: height - 6, 'text-anchor': 'end' }, clock(Math.max(...times))));
}
