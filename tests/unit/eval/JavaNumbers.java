// Writes java_numbers.inc: what Double.toString of Java up to 18 makes of numbers from 2^52 to 2^63, by their bits. It was
// run by OpenJDK 17.0.15. usage: java JavaNumbers.java > java_numbers.inc
import java.util.Random;
import java.util.TreeSet;

class JavaNumbers {
  public static void main(String[] arguments) {
    var random = new Random(53);
    var bits = new TreeSet<Long>();
    for (int exponent = 52; exponent <= 62; ++exponent) {
      double power = Math.scalb(1.0, exponent);
      for (double near : new double[] {power, Math.nextDown(power), Math.nextUp(power)}) bits.add(Double.doubleToLongBits(near));
      for (int i = 0; i < 40; ++i) bits.add(Double.doubleToLongBits(power * (1 + random.nextDouble())));
    }
    for (long power = 1_000_000_000_000_000L; power > 0 && power <= 1_000_000_000_000_000_000L; power *= 10) {
      for (int digit = 1; digit <= 9; ++digit) bits.add(Double.doubleToLongBits((double) power * digit));
    }
    System.out.println("// Written by JavaNumbers.java; do not edit.");
    for (long one : bits) System.out.println("{0x" + Long.toHexString(one) + ", \"" + Double.longBitsToDouble(one) + "\"},");
  }
}
