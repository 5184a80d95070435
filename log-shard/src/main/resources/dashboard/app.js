/*
 * The dashboard: the figures of one node, as it sends them each second.
 *
 * A panel is a class with `update(frame, history)`; it makes its elements once and from then on changes only what
 * differs. `frame` is the newest document of /v1/live, `history` the ten minutes before it. To add one: write its
 * module, give it a place in index.html, and add it to `panels` below. What changes rarely is no panel but a Listing, which
 * asks for a document of its own while it is in sight.
 */
import { decisions, nodes, plans } from './cluster.js';
import { announce, attribute, text } from './dom.js';
import { span } from './format.js';
import { History } from './history.js';
import { keys } from './keys.js';
import { LiveFeed } from './live.js';
import { ReadPath } from './path.js';
import { Prefetch } from './prefetch.js';
import { Records } from './records.js';
import { Shards } from './shards.js';
import { Start } from './start.js';
import { Tiles } from './tiles.js';
import { Trends } from './trends.js';

const byId = id => document.getElementById(id);

// Chart.js reads its font from here; the charts are then written like the page.
Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

const history = new History();
const panels = [
    new Start(byId('start')),
    new Tiles(byId('now')),
    new ReadPath(document.querySelector('.path')),
    new Prefetch(byId('prefetch')),
    new Trends(document.querySelector('.cells')),
    new Shards(byId('logs'), byId('shards-none')),
    new Records(byId('records')),
];
nodes(byId('nodes'));
decisions(byId('decisions'));
plans(byId('plans'));

let newest = null;
let isPaused = false;
let isScheduled = false;
let retryAt = null;

/** Shows the newest frame at the browser's next repaint, which does not come while nobody can see the page. */
function schedule() {
    if (newest !== null && !isPaused && !isScheduled) {
        isScheduled = true;
        requestAnimationFrame(render);
    }
}

function render() {
    isScheduled = false;
    const { name, region, version, uptimeSeconds } = newest.node;
    text(byId('node'), `${name}  ·  region ${region}  ·  ${version}  ·  up ${span(uptimeSeconds * 1000)}`);
    document.title = `${name} · Forelog`;
    for (const panel of panels) {
        try {
            panel.update(newest, history);
        } catch (failure) {
            // One panel that fails must not blank the others.
            reportError(failure);
        }
    }
}

function connection(state, shown) {
    attribute(byId('connection'), 'data-state', state);
    text(byId('connection'), shown);
    attribute(document.body, 'data-connection', state);
}

function showConnection() {
    connection(isPaused ? 'paused' : 'live', isPaused ? 'Paused' : 'Live');
}

const feed = new LiveFeed('/v1/live', {
    connecting() {
        retryAt = null;
        if (byId('banner').hidden) {
            connection('connecting', 'Connecting');
        }
        text(byId('banner-retry'), 'Connecting …');
    },
    live() {
        if (!byId('banner').hidden) {
            announce('Connected again');
        }
        byId('banner').hidden = true;
        showConnection();
    },
    frame(frame) {
        newest = frame;
        history.add(frame);
        schedule();
    },
    lost(failure) {
        retryAt = failure.retryAt;
        if (byId('banner').hidden) {
            announce(failure.reason);
        }
        byId('banner').hidden = false;
        text(byId('banner-text'), failure.reason);
        connection('lost', 'Disconnected');
        countDown();
    },
});

function countDown() {
    if (retryAt !== null) {
        const seconds = Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
        text(byId('banner-retry'), `Trying again in ${seconds} s. The figures below are the last ones received.`);
    }
}

setInterval(countDown, 500);
byId('retry').addEventListener('click', () => feed.connect());
byId('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    attribute(byId('pause'), 'aria-pressed', String(isPaused));
    text(byId('pause'), isPaused ? 'Resume' : 'Pause');
    if (document.body.dataset.connection !== 'lost') {
        showConnection();
    }
    schedule();
});
document.addEventListener('themechange', schedule);

function go(section) {
    location.hash = section;
}

byId('keys').addEventListener('click', () => byId('help').showModal());
keys({
    '/': () => document.querySelector('#records [name=what]').focus(),
    p: () => byId('pause').click(),
    s: () => go('shards'),
    r: () => go('records'),
    n: () => go('nodes'),
    d: () => go('decisions'),
}, byId('help'));

feed.connect();
