// Focuses the search of the front page for users of a keyboard: a touch screen would show its keyboard over the page.
if (matchMedia('(pointer: fine)').matches && location.hash === '') {
  document.querySelector('.ask input').focus({ preventScroll: true });
}
