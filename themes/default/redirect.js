// Leads on from the old address of a page, with the reader's query and anchor.
// Where to go is taken from the page's own link, never from the address; an anchor or query that the link itself has stays.
const link = document.getElementById("r:target");
if (link) {
  const target = new URL(link.href);
  target.search ||= location.search;
  target.hash ||= location.hash;
  location.replace(target);
}
