select #{1 + 1}
from #{2 * 3};
