import { announce, attribute, h, text } from './dom.js';
import { call, json, Refused } from './calls.js';
import { bytes, clock, plural } from './format.js';
import { FORMS, shown, suiting } from './values.js';

const LIMIT = 50;
const SHARDS_MAX = 64;
const TAILED_MAX = 200;

const HINTS = {
    address: 'shard:offset, such as 2:0',
    key: 'a key, such as user-42',
    time: 'a time, such as 2026-11-21T18:00:00Z',
    tail: 'a key, or nothing for all',
};

/**
 * Finds records by address, key or time, or follows a log, and shows the chosen one byte for byte. What is looked for is
 * part of the address, `#records/<log>/<by>/<what>`, so that it can be passed on.
 */
export class Records {
    #form;
    #log;
    #by;
    #what;
    #note;
    #list;
    #view;
    #found = [];
    #chosen = null;
    #tail = null;
    #asking = new AbortController();
    #shards = new Map();

    constructor(root) {
        this.#form = root.querySelector('form');
        this.#log = root.querySelector('[name=log]');
        this.#by = root.querySelector('[name=by]');
        this.#what = root.querySelector('[name=what]');
        this.#note = root.querySelector('.note');
        this.#list = root.querySelector('.found');
        this.#view = new View(root.querySelector('.record'));
        // A page that is kept to come back to would keep its connection to the node, too.
        addEventListener('pagehide', () => this.#stop());
        this.#by.addEventListener('change', () => this.#hint());
        this.#form.addEventListener('submit', event => {
            event.preventDefault();
            this.#remember();
            this.#find();
        });
        this.#list.addEventListener('keydown', event => this.#key(event));
        addEventListener('hashchange', () => this.#follow());
        this.#hint();
    }

    update({ logs }) {
        const names = logs.map(log => log.name);
        this.#shards = new Map(logs.map(log => [log.name, log.shards]));
        const isFirst = this.#log.options.length === 0 && names.length > 0;
        if (names.join() !== [...this.#log.options].map(option => option.value).join()) {
            const chosen = this.#log.value;
            this.#log.replaceChildren(...names.map(name => h('option', { value: name }, name)));
            this.#log.value = names.includes(chosen) ? chosen : names[0] ?? '';
        }
        if (isFirst) {
            this.#follow();
        }
    }

    #hint() {
        this.#what.placeholder = HINTS[this.#by.value];
        this.#what.required = this.#by.value !== 'tail';
    }

    #remember() {
        const what = this.#what.value.trim();
        history.replaceState(null, '', `#records/${[this.#log.value, this.#by.value, what].map(encodeURIComponent).join('/')}`);
    }

    #follow() {
        const parts = location.hash.match(/^#records\/([^/]+)\/(address|key|time|tail)\/([^/]*)$/);
        if (parts && this.#shards.has(decodeURIComponent(parts[1]))) {
            [this.#log.value, this.#by.value, this.#what.value] = parts.slice(1).map(decodeURIComponent);
            this.#hint();
            this.#form.scrollIntoView({ block: 'center' });
            this.#find();
        }
    }

    async #find() {
        this.#stop();
        this.#asking = new AbortController();
        this.#say('Looking …');
        try {
            if (this.#by.value === 'tail') {
                this.#follows();
                return;
            }
            const found = await this.#search(this.#by.value, this.#what.value.trim(), this.#asking.signal);
            this.#show(found);
            this.#say(found.length === 0 ? 'There is no such record.' : plural(found.length, 'record')
                + (found.length === LIMIT ? ', and maybe more' : ''));
            announce(this.#note.textContent);
        } catch (failure) {
            if (failure instanceof Refused) {
                this.#say(failure.message, true);
            } else if (failure.name !== 'AbortError') {
                throw failure;
            }
        }
    }

    async #search(by, what, signal) {
        const log = `/v1/logs/${encodeURIComponent(this.#log.value)}`;
        if (by === 'key') {
            return (await json(`${log}/keys/${encodeURIComponent(what)}/records?order=desc&limit=${LIMIT}`, signal)).records;
        }
        if (by === 'address') {
            const [, shard, offset] = what.match(/^(\d+):(\d+)$/) ?? [];
            if (shard === undefined) {
                throw new Refused('An address is shard:offset, such as 2:0.');
            }
            return (await json(`${log}/shards/${shard}/records?from=${offset}&limit=${LIMIT}`, signal)).records;
        }
        if (Number.isNaN(Date.parse(what))) {
            throw new Refused('A time is as in 2026-11-21T18:00:00Z.');
        }
        const from = encodeURIComponent(`time:${new Date(what).toISOString()}`);
        const shards = this.#shards.get(this.#log.value).slice(0, SHARDS_MAX);
        const runs = await Promise.all(shards.map(({ shard }) =>
            json(`${log}/shards/${shard}/records?from=${from}&limit=${LIMIT}`, signal).then(run => run.records)));
        return runs.flat().sort((one, other) => one.timestamp - other.timestamp).slice(0, LIMIT);
    }

    /** Records as they commit, the newest on top. */
    #follows() {
        const key = this.#what.value.trim();
        const path = `/v1/logs/${encodeURIComponent(this.#log.value)}/tail?from=latest`;
        this.#show([]);
        this.#tail = new EventSource(key === '' ? path : `${path}&key=${encodeURIComponent(key)}`);
        this.#tail.onopen = () => this.#say('Following; records appear as they commit.');
        this.#tail.onerror = () => this.#say('The connection is lost; it is tried again.', true);
        this.#tail.onmessage = message => {
            this.#found.unshift(JSON.parse(message.data));
            this.#list.prepend(this.#item(this.#found[0]));
            if (this.#found.length > TAILED_MAX) {
                this.#found.pop();
                this.#list.lastElementChild.remove();
            }
            this.#enter();
        };
        this.#tail.addEventListener('problem', message => this.#say(JSON.parse(message.data).detail ?? 'The tail failed.', true));
    }

    #stop() {
        this.#asking.abort();
        this.#tail?.close();
        this.#tail = null;
    }

    #say(words, isBad = false) {
        text(this.#note, words);
        attribute(this.#note, 'data-bad', String(isBad));
    }

    #show(found) {
        this.#found = found;
        this.#chosen = null;
        this.#view.clear();
        this.#list.replaceChildren(...found.map(record => this.#item(record)));
        this.#enter();
        if (found.length > 0) {
            this.#choose(this.#list.firstElementChild);
        }
    }

    #item(record) {
        const address = `${record.shard}:${record.offset}`;
        return h('li', { role: 'option', tabIndex: -1, data: { address }, 'aria-selected': 'false', onclick: event => this.#choose(event.currentTarget) },
            h('b', {}, address), h('span', {}, record.key ?? '(no key)'), h('time', {}, clock(record.timestamp, true)));
    }

    /** One entry is reached by the tab key: the chosen one, else the first. */
    #enter() {
        const entry = this.#chosen?.isConnected ? this.#chosen : this.#list.firstElementChild;
        for (const item of this.#list.children) {
            item.tabIndex = item === entry ? 0 : -1;
        }
    }

    #key(event) {
        const item = event.target.closest('li');
        const next = {
            ArrowUp: item?.previousElementSibling, ArrowDown: item?.nextElementSibling,
            Home: this.#list.firstElementChild, End: this.#list.lastElementChild,
        }[event.key];
        if (next) {
            event.preventDefault();
            this.#choose(next);
            next.focus();
        }
    }

    async #choose(item) {
        this.#chosen?.setAttribute('aria-selected', 'false');
        this.#chosen = item;
        attribute(item, 'aria-selected', 'true');
        this.#enter();
        const [shard, offset] = item.dataset.address.split(':');
        const path = `/v1/logs/${encodeURIComponent(this.#log.value)}/shards/${shard}/records/${offset}`;
        try {
            const answer = await call(path, '*/*', this.#asking.signal);
            const value = new Uint8Array(await answer.arrayBuffer());
            if (this.#chosen === item) {
                this.#view.show(item.dataset.address, answer.headers, value, path);
            }
        } catch (failure) {
            if (failure instanceof Refused) {
                this.#say(failure.message, true);
            } else if (failure.name !== 'AbortError') {
                throw failure;
            }
        }
    }
}

/** One record: what it is, and its value as JSON, text or bytes. */
class View {
    #root;
    #facts;
    #value;
    #bytes = new Uint8Array();

    constructor(root) {
        this.#root = root;
        this.#facts = root.querySelector('dl');
        this.#value = root.querySelector('pre');
        root.querySelectorAll('[name=form]').forEach(choice => choice.addEventListener('change', () => this.#draw()));
        this.clear();
    }

    clear() {
        this.#root.hidden = true;
    }

    show(address, headers, value, path) {
        this.#bytes = value;
        const form = suiting(value);
        this.#root.querySelectorAll('[name=form]').forEach(choice => {
            choice.checked = choice.value === form;
            choice.disabled = choice.value === 'json' && form !== 'json';
        });
        const facts = [
            ['address', h('a', { href: path }, address)],
            ['key', decodeURIComponent(headers.get('Record-Key') ?? '–')],
            ['time', new Date(Number(headers.get('Record-Timestamp'))).toISOString()],
            ['type', headers.get('Content-Type') ?? '–'],
            ['length', bytes(value.length)],
            ['answered by', headers.get('Cache-Status') ?? '–'],
            ...[...headers].filter(([name]) => name.startsWith('record-header-'))
                .map(([name, content]) => [name.slice('record-header-'.length), decodeURIComponent(content)]),
        ];
        this.#facts.replaceChildren(...facts.map(([name, fact]) => h('div', {}, h('dt', {}, name), h('dd', {}, fact))));
        this.#root.hidden = false;
        this.#draw();
    }

    #draw() {
        const form = this.#root.querySelector('[name=form]:checked')?.value ?? FORMS[0];
        text(this.#value, shown(this.#bytes, form));
    }
}
