import { h } from './dom.js';
import { ShardMap } from './shard-map.js';

const OPEN_MAX = 4;

/**
 * The shard map of each log. A selected shard is part of the address, `#shards/<log>/<shard>`, so that it can be
 * passed on.
 */
export class Shards {
    #root;
    #none;
    #maps = new Map();

    constructor(root, none) {
        this.#root = root;
        this.#none = none;
        addEventListener('hashchange', () => this.#follow());
    }

    update(frame) {
        const isFirst = this.#maps.size === 0;
        this.#none.hidden = frame.logs.length > 0;
        const names = new Set(frame.logs.map(log => log.name));
        for (const [name, map] of this.#maps) {
            if (!names.has(name)) {
                map.element.remove();
                this.#maps.delete(name);
            }
        }
        frame.logs.forEach((log, place) => this.#map(log.name, place).update(log));
        if (isFirst && this.#maps.size > 0) {
            this.#follow();
        }
    }

    #map(name, place) {
        let map = this.#maps.get(name);
        if (!map) {
            map = new ShardMap(name, this.#maps.size < OPEN_MAX, shard => remember(name, shard));
            this.#maps.set(name, map);
            this.#root.insertBefore(map.element, this.#root.children[place] ?? null);
        }
        return map;
    }

    #follow() {
        const [, log, shard] = location.hash.match(/^#shards\/([^/]+)\/(\d+)$/) ?? [];
        const map = this.#maps.get(log);
        if (map) {
            map.reveal(Number(shard));
        }
    }
}

function remember(log, shard) {
    history.replaceState(null, '', `#shards/${log}/${shard}`);
}
