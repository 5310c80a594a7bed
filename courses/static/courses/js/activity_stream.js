// Known to the editor, so that stored blocks render and survive a save, but not offered in the "add" menu.
(() => {
  const Base = window.wagtailStreamField.blocks.StreamBlockDefinition;
  class ActivityStreamBlockDefinition extends Base {
    constructor(name, groupedChildBlockDefs, initialChildStates, meta) {
      super(name, groupedChildBlockDefs, initialChildStates, meta);
      this.groupedChildBlockDefs = groupedChildBlockDefs
        .map(([group, definitions]) => [group, definitions.filter((each) => each.name !== "missing_activity")])
        .filter(([, definitions]) => definitions.length);
    }
  }
  window.telepath.register("lxp.ActivityStreamBlock", ActivityStreamBlockDefinition);
})();
