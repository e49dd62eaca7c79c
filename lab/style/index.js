import "./lab.css";
import "./lesson.css";
