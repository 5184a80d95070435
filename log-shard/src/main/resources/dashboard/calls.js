const READER = 'dashboard';

/** A call that the node refused, or did not answer; the message is for people. */
export class Refused extends Error {}

/**
 * Calls the node. What this page reads must not teach the access model of other readers, so it reads under a name.
 *
 * @throws Refused with the problem's title and detail
 */
export async function call(path, accept, signal) {
    let answer;
    try {
        answer = await fetch(path, { headers: { 'Accept': accept, 'Forelog-Reader': READER }, signal });
    } catch (failure) {
        if (failure.name === 'AbortError') {
            throw failure;
        }
        throw new Refused('The node cannot be reached.');
    }
    if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        throw new Refused([problem.title ?? `Status ${answer.status}`, problem.detail].filter(Boolean).join(': '));
    }
    return answer;
}

export async function json(path, signal) {
    return (await call(path, 'application/json', signal)).json();
}

/**
 * Asks for a document again and again, but only while its part of the page is in sight.
 *
 * @param listener {show(document), failed(message)}
 */
export class Polled {
    #path;
    #listener;
    #millis;
    #isSeen = false;
    #isAsking = false;
    #askedAt = -Infinity;

    constructor(element, path, millis, listener) {
        this.#path = path;
        this.#millis = millis;
        this.#listener = listener;
        new IntersectionObserver(entries => {
            this.#isSeen = entries.some(entry => entry.isIntersecting);
            this.#tick();
        }, { rootMargin: '200px' }).observe(element);
        setInterval(() => this.#tick(), 1000);
    }

    /** Asks at once. */
    async ask() {
        if (this.#isAsking) {
            return;
        }
        this.#isAsking = true;
        this.#askedAt = performance.now();
        try {
            this.#listener.show(await json(this.#path));
        } catch (failure) {
            if (!(failure instanceof Refused)) {
                throw failure;
            }
            this.#listener.failed(failure.message);
        } finally {
            this.#isAsking = false;
        }
    }

    #tick() {
        if (this.#isSeen && !document.hidden && performance.now() - this.#askedAt >= this.#millis) {
            this.ask();
        }
    }
}
