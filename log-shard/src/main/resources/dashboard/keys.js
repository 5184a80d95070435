/** Keys that work anywhere on the page but where something is typed. */
export function keys(actions, help) {
    addEventListener('keydown', event => {
        const isTyping = event.target.closest('input:not([type=radio]), select, textarea');
        if (isTyping || event.ctrlKey || event.metaKey || event.altKey || help.open) {
            return;
        }
        const action = event.key === '?' ? () => help.showModal() : actions[event.key];
        if (action) {
            event.preventDefault();
            action();
        }
    });
}
