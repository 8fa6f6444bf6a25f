/** Where keys are letters: a shortcut of one key must not fire there. */
const typing = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

/** Whether a key was pressed by itself, outside every field. Ctrl, Cmd and Alt belong to the browser; Shift only makes the character. */
export function isPlainKey(event: KeyboardEvent, key: string): boolean {
	if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return false;
	if (event.defaultPrevented || event.isComposing) return false;
	return !(event.target instanceof Element && event.target.closest(typing) !== null);
}
