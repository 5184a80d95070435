/**
 * Makes an element. Properties that start with "on" are listeners, "data" is an object of data attributes, "class"
 * and names with a dash are attributes, the rest are set as properties. Text is always text, never markup.
 */
export function h(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else if (name === 'data') {
            Object.assign(element.dataset, value);
        } else if (name === 'class' || name === 'role' || name === 'scope' || name.includes('-')) {
            element.setAttribute(name, value);
        } else {
            element[name] = value;
        }
    }
    element.append(...children);
    return element;
}

/** Sets text only where it differs, so that an unchanged figure causes no layout and loses no selection. */
export function text(element, value) {
    if (element.textContent !== value) {
        element.textContent = value;
    }
}

export function attribute(element, name, value) {
    if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
    }
}

/** Sets a custom property, a number, rounded so that invisible changes cause no repaint. */
export function property(element, name, value) {
    const rounded = value.toFixed(3);
    if (element.style.getPropertyValue(name) !== rounded) {
        element.style.setProperty(name, rounded);
    }
}

/** Says something to a screen reader once it is idle. For changes of state only; figures change too often. */
export function announce(message) {
    document.getElementById('announcer').textContent = message;
}
