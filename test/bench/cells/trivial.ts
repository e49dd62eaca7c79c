const zN = N;
zN + 1;
